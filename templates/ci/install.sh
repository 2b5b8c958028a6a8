if ! command -v git-orch >/dev/null; then
  if [ -z "$ORCH_INSTALL" ]; then
    echo 'git orch is not here: ORCH_INSTALL must be a command that installs it' >&2
    exit 1
  fi
  sh -ec "$ORCH_INSTALL"
fi
git orch --version
