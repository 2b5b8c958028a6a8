# SPDX-License-Identifier: MIT
#
# cmake -DPROGRAM=<path> -DBASE=<path> -P fragments.cmake
#
# Asks one program for its synopsis, options and summary, and writes each to
# <base>.<part>.adoc unless that file says so already.

foreach(part synopsis options summary)
  execute_process(COMMAND ${PROGRAM} --orch-${part}
                  OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  # A verse is never folded; lines that break by themselves are, at the margin.
  string(REPLACE "[verse]" "[%hardbreaks]" text "${text}")
  if(part STREQUAL "synopsis")
    # An option stays on one line with its value.
    string(REGEX REPLACE "(-[a-z-]+) (<|[a-z]+[|])" "\\1{nbsp}\\2" text
                         "${text}")
  endif()
  set(before "")
  if(EXISTS ${BASE}.${part}.adoc)
    file(READ ${BASE}.${part}.adoc before)
  endif()
  if(NOT text STREQUAL before)
    file(WRITE ${BASE}.${part}.adoc "${text}")
  endif()
endforeach()
