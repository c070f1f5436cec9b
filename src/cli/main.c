// main.c: finds the verb and runs it.
#include "base/str.h"
#include <stdio.h>

int main(void) {
    puts("harapan");
    return 0;
}
