#include <erfa.h>
#include <erfaextra.h>
