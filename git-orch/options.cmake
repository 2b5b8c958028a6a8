# SPDX-License-Identifier: MIT
#
# build_options.h, which `git orch version --build-options` shows: what only the
# build knows. The libraries' versions come from their own headers and package
# files; a program includes none of them for that.

# The version that `header` defines as `macro`; empty when it does not.
function(orch_version_in result header macro)
  set(version "")
  find_file(ORCH_HEADER_${macro} ${header})
  if(ORCH_HEADER_${macro})
    file(STRINGS ${ORCH_HEADER_${macro}} line LIMIT_COUNT 1
         REGEX "^# *define[ \t]+${macro}[ \t]+\"?[0-9]")
    string(REGEX REPLACE ".*${macro}[ \t]+\"?([0-9a-z._]+).*" "\\1" version "${line}")
    string(REPLACE "_" "." version "${version}")
  endif()
  set(${result} "${version}" PARENT_SCOPE)
endfunction()

set(ORCH_LIBRARIES "")
function(orch_library name version)
  if(version)
    set(ORCH_LIBRARIES "${ORCH_LIBRARIES}    {\"${name}\", \"${version}\"},\n"
        PARENT_SCOPE)
  endif()
endfunction()

orch_version_in(version sqlite3.h SQLITE_VERSION)
orch_library(sqlite "${version}")
orch_version_in(version boost/version.hpp BOOST_LIB_VERSION)
orch_library(boost "${version}")
foreach(package yaml-cpp spdlog fmt nlohmann_json)
  find_package(${package} QUIET CONFIG)
  string(REPLACE "-" "_" name ${package})
  orch_library(${name} "${${package}_VERSION}")
endforeach()
orch_version_in(version cmark-gfm_version.h CMARK_GFM_VERSION_STRING)
orch_library(cmark_gfm "${version}")
orch_version_in(version libdeflate.h LIBDEFLATE_VERSION_STRING)
orch_library(libdeflate "${version}")
set(expat "")
foreach(part MAJOR MINOR MICRO)
  orch_version_in(version expat.h XML_${part}_VERSION)
  string(APPEND expat "${version}.")
endforeach()
string(REGEX REPLACE "\\.$" "" expat "${expat}")
orch_library(expat "${expat}")

set(ORCH_LINKED shared)
if(ORCH_STATIC)
  set(ORCH_LINKED static)
endif()

# The commit of the checkout and its day, else of the source archive, in which
# git has put them. The log of HEAD changes with every commit.
set(ORCH_COMMIT "")
set(ORCH_DAY "")
file(READ ${PROJECT_SOURCE_DIR}/docs/packaging/commit said)
find_package(Git QUIET)
if(NOT said MATCHES "^[0-9a-f]+ " AND GIT_FOUND AND
   EXISTS ${PROJECT_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} log -1 "--format=%H %cs"
                  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                  OUTPUT_VARIABLE said ERROR_QUIET)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --git-path logs/HEAD
                  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                  OUTPUT_VARIABLE log ERROR_QUIET
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  get_filename_component(log "${log}" ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
  if(EXISTS ${log} AND NOT IS_DIRECTORY ${log})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${log})
  endif()
endif()
if(said MATCHES "^([0-9a-f]+) ([0-9-]+)")
  set(ORCH_COMMIT ${CMAKE_MATCH_1})
  set(ORCH_DAY ${CMAKE_MATCH_2})
endif()
set(ORCH_DAY ${ORCH_DAY} PARENT_SCOPE)

configure_file(${CMAKE_CURRENT_LIST_DIR}/build_options.h.in
               ${CMAKE_CURRENT_BINARY_DIR}/options/build_options.h @ONLY)
