agent=${branch#feature/}
id=${agent%%/*}
git checkout --quiet --detach
git for-each-ref \
  --format='update refs/heads/%(refname:lstrip=3) %(objectname)' \
  "refs/remotes/origin/feature/$id/" | git update-ref --stdin
git update-ref "refs/heads/$base" "refs/remotes/origin/$base"
git orch init --no-hooks --quiet
git orch add-feature "$id" --base "$base" --quiet
for type in unit integration e2e; do
  [ -d "$ORCH_FILES/orch-$type" ] || continue
  find "$ORCH_FILES/orch-$type" -type f | while IFS= read -r file; do
    git orch run-tests --agent "$agent" --type "$type" --record "$file" || true
  done
done
git orch tick --quiet
git orch status "$id" --format md >>"$summary"
