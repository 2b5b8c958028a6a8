// SPDX-License-Identifier: MIT
//
// No service uses this module, so the unit tests take its sources.
#include "trailer/message.cc"
#include "trailer/trailer.cc"
