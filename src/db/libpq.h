// libpq, loaded when the first PostgreSQL is opened: an office on SQLite starts without it and the two dozen libraries it brings
// (about 2 ms of every process), and need not have it installed.
#pragma once
#include "base/err.h"
#include <libpq-fe.h>

#define LIBPQ_FUNCTIONS(X) \
    X(clear) X(cmdStatus) X(cmdTuples) X(connectdbParams) X(describePrepared) X(errorMessage) X(exec) X(execPrepared) \
    X(finish) X(fname) X(ftype) X(getResult) X(getisnull) X(getlength) X(getvalue) X(nfields) X(parameterStatus) \
    X(prepare) X(putCopyData) X(putCopyEnd) X(resultErrorField) X(resultStatus) X(sendQueryParams) \
    X(sendQueryPrepared) X(setNoticeProcessor) X(setSingleRowMode) X(status)

typedef struct {
#define X(name) __typeof__(PQ##name) *name;
    LIBPQ_FUNCTIONS(X)
#undef X
} Libpq;
extern Libpq pq;                                           // pq.exec is PQexec; NULLs until libpq_load said yes

// Any thread may ask, any number of times. IO_FAILED where the library is not installed.
must_use bool libpq_load(Err *e);
