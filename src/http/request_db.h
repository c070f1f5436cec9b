// request_db.h: for server.c alone: the end of a request on its thread's database handles.
#ifndef HTTP_REQUEST_DB_H
#define HTTP_REQUEST_DB_H
#include <stdbool.h>

void request_db_end(bool had_fault);                       // had_fault: the handles may be of no more use, new ones are opened
#endif
