# SPDX-License-Identifier: MIT
#
# cmake -DFRAGMENTS=<dir> -DPROGRAMS=<a,b,...> -P verbs.cmake
#
# The lists of verbs in git-orch(1), one file for each group of commands
# (cli::Group), from what each program says of itself: group TAB summary.

string(REPLACE "," ";" programs "${PROGRAMS}")
foreach(group RANGE 6)
  set(list_${group} "")
endforeach()
foreach(program ${programs})
  file(READ ${FRAGMENTS}/${program}.summary.adoc line)
  if(NOT line MATCHES "^([0-6])\t(.*)\n$")
    message(FATAL_ERROR "${program} --orch-summary says '${line}'")
  endif()
  string(APPEND list_${CMAKE_MATCH_1}
         "*${program}*(1)::\n\t${CMAKE_MATCH_2}.\n")
endforeach()
foreach(group RANGE 6)
  file(WRITE ${FRAGMENTS}/verbs-${group}.adoc "${list_${group}}")
endforeach()
