# SPDX-License-Identifier: MIT
#
# Run by CPack between the installation and the package: what Debian's policy
# wants of it. Gives the same bytes at every run: gzip -n, and the time of the
# changelog from SOURCE_DATE_EPOCH, which ./dev package sets to that of the
# commit.

set(packaging "@CMAKE_CURRENT_LIST_DIR@")
set(source "@PROJECT_SOURCE_DIR@")
set(version "@PROJECT_VERSION@-@ORCH_DEBIAN_REVISION@")
set(usr "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr")
set(doc "${usr}/share/doc/git-orch")

# Where Debian's zsh looks for what comes from packages.
if(EXISTS "${usr}/share/zsh/site-functions")
  file(RENAME "${usr}/share/zsh/site-functions"
       "${usr}/share/zsh/vendor-completions")
endif()

# What compilers say of themselves; the rest is stripped already.
file(GLOB_RECURSE programs "${usr}/bin/*" "${usr}/libexec/*")
execute_process(COMMAND "@CMAKE_STRIP@" --remove-section=.comment ${programs}
                COMMAND_ERROR_IS_FATAL ANY)

string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(MAKE_DIRECTORY "${doc}")
configure_file("${packaging}/copyright" "${doc}/copyright" COPYONLY)
configure_file("${source}/README.md" "${doc}/README.md" COPYONLY)
configure_file("${source}/CHANGELOG.md" "${doc}/changelog" COPYONLY)
file(WRITE "${doc}/changelog.Debian"
"git-orch (${version}) unstable; urgency=medium

  * Release @PROJECT_VERSION@, see changelog.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
file(MAKE_DIRECTORY "${usr}/share/lintian/overrides")
configure_file("${packaging}/lintian-overrides"
               "${usr}/share/lintian/overrides/git-orch" COPYONLY)
file(GLOB pages "${usr}/share/man/man[157]/*.[157]")
execute_process(COMMAND gzip -9n "${doc}/changelog" "${doc}/changelog.Debian"
                        ${pages}
                COMMAND_ERROR_IS_FATAL ANY)
file(GLOB_RECURSE files "${usr}/share/*")
file(CHMOD ${files} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
