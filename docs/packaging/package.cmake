# SPDX-License-Identifier: MIT
#
# What CPack makes a Debian package of: the installed tree, and what the policy
# of Debian wants beside it (debian.cmake). Everything is static: the package
# depends on programs that ours run. What a shared build needs, dpkg-shlibdeps
# adds.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME git-orch)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "git orch maintainers <maintainers@git-orch.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
    "team of coding agents on one git repository")
set(CPACK_PACKAGE_DESCRIPTION
"git orch is a set of git subcommands and hooks. Each agent (Claude
Code, Codex, opencode, Gemini, a script) gets a branch, a worktree and a
tmux pane of its own. A commit becomes an event, two agents that touch the
same lines hear of it, a rebase that would conflict is stopped before it
starts, and a message counts as delivered only with proof.
.
No daemon is needed for anything to be right, and nothing is ever tracked.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION vcs)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Time zones are read by the C library from the files of tzdata.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "git (>= 1:2.39), tmux (>= 3.2), tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "bubblewrap, man-db")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "bash-completion, gh | glab | tea, sqlite3")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(ORCH_DEBIAN_REVISION ${CPACK_DEBIAN_PACKAGE_RELEASE})
configure_file(${CMAKE_CURRENT_LIST_DIR}/debian.cmake
               ${CMAKE_BINARY_DIR}/debian.cmake @ONLY)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_BINARY_DIR}/debian.cmake)
include(CPack)
