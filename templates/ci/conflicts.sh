git rev-parse --quiet --verify "$ours^{commit}" >/dev/null || ours=HEAD
{
  echo '### Conflicts with colleagues'
  echo '```'
  git for-each-ref --format='%(refname)' "$front/" |
    while IFS= read -r other; do
      [ "$other" = "$ours" ] || printf '%s %s\n' "$ours" "$other"
    done |
    git orch check-conflicts --stdin || true
  echo '```'
} >>"$summary"
for role in @overseers@; do
  into=$front/$role
  if git rev-parse --quiet --verify "$into^{commit}" >/dev/null; then
    git orch check-conflicts "$ours" "$into"
  fi
done
