#!/bin/sh
# Takes SSH keys away: a folder $KEYS has a file LOGIN@DEVICE.pub for each key
# that may sign in (gitolite has such a one); $KEYS_OFF is where the others are.
set -eu
request=$(cat)
[ -d "$KEYS" ] && [ -d "$KEYS_OFF" ] || { echo "the folders of keys are not mounted" >&2; exit 75; }

# move FROM TO: moves the wanted keys of the account; what is gone is no mistake.
move() {
  printf '%s' "$request" |
    jq -r '.account.id as $a | .items[].id | select(startswith($a + "@") and (contains("/") | not))' |
    while IFS= read -r key; do
      if [ -e "$1/$key" ]; then mv -- "$1/$key" "$2/$key"; fi
    done
  jq -n --arg to "$2" '{version: 1, class: "ok", evidence: "the keys are in \($to)"}'
}

# answer PROGRAM: runs a jq program on the request, and on the names of all keys.
answer() {
  printf '%s' "$request" | jq --arg on "$(ls "$KEYS")" --arg off "$(ls "$KEYS_OFF")" '
    def keys: split("\n") | map(select(test("^[^/]+@[^/]+\\.pub$")));
    def login: split("@")[0];
    def accounts: [($on, $off) | keys[] | login] | unique;
    '"$1"
}

case $(printf '%s' "$request" | jq -r '"\(.version) \(.verb)"') in
"1 check") answer '
    (if .account then [.account.id] else [.person.login] + (.person.accounts // []) end) as $logins
    | [accounts[] | select(IN($logins[]))] as $mine
    | {
        version: 1, class: "ok", searched: "keys of \($logins | join(", "))",
        accounts: [$mine[] | {id: ., login: .}],
        items: [$mine[] as $a | $on | keys[] | select(login == $a) | {id: ., account: $a, label: "the SSH key \(.)"}]
      }' ;;
"1 do") move "$KEYS" "$KEYS_OFF" ;;
"1 undo") move "$KEYS_OFF" "$KEYS" ;;
"1 list") answer '{
    version: 1, class: "ok", next: "",
    accounts: [accounts[] as $a | {id: $a, login: $a, enabled: ($on | keys | any(login == $a))}]
  }' ;;
*) echo "this is not a request that is known here" >&2; exit 1 ;;
esac
