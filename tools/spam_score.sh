#!/bin/sh
# Say what SpamAssassin thinks of each sample's message, offline: under 2.0 is good, 5.0 is spam.
# Run it from the repository's root, after `make build`. It needs Debian's package spamassassin,
# which it installs when root.
set -eu

command -v spamassassin >/dev/null || {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends spamassassin >/dev/null
  else
    echo "Please install SpamAssassin (Debian: apt install spamassassin)." >&2
    exit 1
  fi
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r newsletter.yaml assets issues templates "$folder"
# The samples' embargoes are over: no release is sent after its own.
sed -i.before 's/^embargo: .*/embargo: none/' "$folder"/issues/*.yaml
python=$PWD/.venv/bin/python
export PYTHONPATH="$PWD"
cd "$folder"
status=0
for issue in issues/*.yaml; do
  box="$folder/boite"
  NEWSLETTER_SECRET=$(head -c 24 /dev/urandom | base64) \
    "$python" -m newsletter send "$issue" --to camille@example.org --outbox "$box" >/dev/null || {
      echo "$issue cannot be sent: newsletter check says why" >&2
      status=1
      continue
    }
  for message in "$box/$(basename "$issue" .yaml)"/*.eml; do
    # A test's subject is marked; what goes to members is not.
    sed 's/^Subject: \[TEST\] /Subject: /; s/^Subject: =?utf-8?q?=5BTEST=5D_/Subject: =?utf-8?q?/' \
      "$message" >"$folder/one.eml"
    spamassassin --local --test-mode <"$folder/one.eml" >"$folder/said" 2>/dev/null
    score=$(sed -n 's/.*score=\(-\{0,1\}[0-9.]*\).*/\1/p' "$folder/said" | head -n 1)
    echo "$score  $issue"
    sed -n '/^ pts rule name/,$p' "$folder/said" | grep -E '^ *-?[0-9.]+ ' | grep -v '^ *-\{0,1\}0\.0 ' || true
    awk "BEGIN { exit !($score >= 2.0) }" && status=1
  done
done
exit "$status"
