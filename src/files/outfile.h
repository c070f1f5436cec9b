// outfile.h: writes a file so that nobody ever sees half of it. Bytes go to a hidden `.NAME.part` beside the final name;
// outfile_finish makes them durable (fsync), gives them their name in one step (rename), and makes that durable too.
// A part left behind by a killed program is taken over by the next writer of the same name; two living writers exclude
// each other (BUSY). Files are readable by their owner only: what this program writes holds names and accounts.
#ifndef FILES_OUTFILE_H
#define FILES_OUTFILE_H
#include "base/hash.h"
#include "files/sink.h"

typedef struct OutFile OutFile;
typedef struct { int64_t bytes; Hash sha256; } FileProof;  // of what was written, or read back

must_use bool outfile_open(const char *path, OutFile **out, Err *e);
// Fails with IO_FAILED and the reason (disk full …); the file is then lost: abort it.
must_use bool outfile_write(OutFile *f, Str bytes, Err *e);
Sink outfile_sink(OutFile *f);
// Durable and visible under its name, replacing what was there. Ends f, also on failure (then nothing has changed).
must_use bool outfile_finish(OutFile *f, FileProof *proof, Err *e);
void outfile_abort(OutFile *f);                            // removes the part; NULL is fine

// Reads an open file from its start to its end: for proving what was written from the bytes themselves. Leaves it at its start.
must_use bool file_prove(int fd, FileProof *proof, Err *e);
// A file without a name in the folder for temporary ones (TMPDIR), readable by its owner only; gone when *fd is closed.
must_use bool file_temporary(int *fd, Err *e);
// The rest of an open file as a new file of that name.
must_use bool outfile_copy(int fd, const char *path, Err *e);
#endif
