#!/usr/bin/env bash
# Second step of action.yml: asks the gate, and puts its reports where the service looks for them.
#
# Reads the inputs as IOTASSESS_*, and GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, GITHUB_WORKSPACE and RUNNER_TEMP of the
# service. Exits with the gate's code; 2 where an input is unusable. Inputs, and what the gate says, may hold text
# of an attacker: they are never part of a command, and no workflow command is taken from them.
# Written for bash 3.2 too, which is what macOS has.
set -euo pipefail
unset CDPATH

# One stream, so that no line of standard error gets out of what is stopped below.
exec 2>&1

venv=$RUNNER_TEMP/iotassess-venv
workspace=$(cd -P -- "${GITHUB_WORKSPACE:-$PWD}" && pwd)
temporary=$(cd -P -- "$RUNNER_TEMP" && pwd)
work=$(mktemp -d "$temporary/iotassess-gate.XXXXXX")
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
most_of_a_summary=1048576 # bytes; the service takes no more, and refuses a larger one whole

code=2 # until the gate has answered
sarif_file=
json_file=
options=()
artefacts=()
reports=() # formats, and the files that they go to, in pairs

output() { # NAME VALUE: the token is a delimiter that no value can have foreseen
  printf '%s<<%s\n%s\n%s\n' "$1" "$token" "$2" "$token" >>"$GITHUB_OUTPUT"
}

finish() { # whatever happened before
  printf '\n::%s::\n' "$token"
  if [[ -f $work/github ]]; then
    # Annotations and nothing else, whatever the file holds.
    LC_ALL=C tr -d '\r' <"$work/github" | LC_ALL=C grep -aE '^::(error|warning|notice)[ :]' || true
  fi
  output passed "$([[ $code == 0 ]] && echo true || echo false)"
  output exit-code "$code"
  output sarif-file "$sarif_file"
  output json-file "$json_file"
  rm -rf -- "$work"
  exit "$code"
}

refuse() { # MESSAGE
  printf 'iotassess: %s\n' "$1"
  code=2
  exit 2
}

flag() { # INPUT VALUE OPTION
  case $2 in
    true) options+=("$3") ;;
    false | '') ;;
    *) refuse "$1: got '$2', expected true or false" ;;
  esac
}

wanted() { # INPUT VALUE: whether it is true
  case $2 in
    true) return 0 ;;
    false | '') return 1 ;;
    *) refuse "$1: got '$2', expected true or false" ;;
  esac
}

single() { # VALUE OPTION
  if [[ -n $1 ]]; then
    options+=("$2=$1")
  fi
}

lines() { # VALUE OPTION: one option a line
  local line
  while IFS= read -r line; do
    single "${line%$'\r'}" "$2"
  done <<<"$1"
}

report() { # FORMAT FILE: the folder may be a link of the release's making, and what lies there its forgery
  local format=$1 file=$2 folder=.
  if [[ -z $file ]]; then
    return
  fi
  if [[ $file == */* ]]; then
    folder=${file%/*}/
  fi
  if ! folder=$(cd -P -- "$folder" 2>/dev/null && pwd); then
    refuse "the folder of '$file' does not exist"
  fi
  case $folder/ in
    "$workspace"/* | "$temporary"/*) ;;
    *) refuse "'$file' is in $folder, expected a file in the workspace or in the runner's temporary folder" ;;
  esac
  if [[ -d $file && ! -L $file ]]; then
    refuse "'$file' is a folder, expected a file"
  fi
  rm -f -- "$file"
  options+=("--format=$format=$work/$format")
  reports+=("$format" "$file")
}

printf '::stop-commands::%s\n' "$token"
trap finish EXIT

if [[ -z ${IOTASSESS_PROFILE:-} ]]; then
  refuse 'profile: got nothing, expected the path of a profile'
fi
while IFS= read -r line; do
  line=${line%$'\r'}
  if [[ -n $line ]]; then
    artefacts+=("$line")
  fi
done <<<"${IOTASSESS_ARTEFACTS:-}"

single "${IOTASSESS_POLICY:-}" --policy
single "${IOTASSESS_WAIVERS:-}" --waivers
single "${IOTASSESS_AGAINST:-}" --against
lines "${IOTASSESS_TRUST_ANCHORS:-}" --trust-anchor
lines "${IOTASSESS_NONCES:-}" --nonce
if [[ -n ${IOTASSESS_NONCES_FILE:-} ]]; then
  challenges=$(cat -- "$IOTASSESS_NONCES_FILE") || refuse "nonces-file: cannot read '$IOTASSESS_NONCES_FILE'"
  lines "$challenges" --nonce
fi
single "${IOTASSESS_MAX_AGE:-}" --max-age
lines "${IOTASSESS_BASELINES:-}" --baseline
lines "${IOTASSESS_DENY:-}" --deny
single "${IOTASSESS_AS_OF:-}" --as-of
flag strict "${IOTASSESS_STRICT:-}" --strict
flag allow-example "${IOTASSESS_ALLOW_EXAMPLE:-}" --allow-example

report sarif "${IOTASSESS_SARIF_FILE:-}"
report junit "${IOTASSESS_JUNIT_FILE:-}"
report json "${IOTASSESS_JSON_FILE:-}"
report badge "${IOTASSESS_BADGE_FILE:-}"
options+=(--format=text)
if wanted summary "${IOTASSESS_SUMMARY:-}"; then
  options+=("--format=markdown=$work/markdown")
fi
if wanted annotations "${IOTASSESS_ANNOTATIONS:-}"; then
  options+=("--format=github=$work/github")
fi

answer=0
"$venv/bin/python" -I -m iotassess gate "${options[@]}" \
  -- "$IOTASSESS_PROFILE" ${artefacts[@]+"${artefacts[@]}"} </dev/null || answer=$?

for ((i = 0; i < ${#reports[@]}; i += 2)); do
  format=${reports[i]} file=${reports[i + 1]}
  if [[ -f $work/$format ]]; then
    mv -f -- "$work/$format" "$file" || refuse "cannot write '$file'"
    case $format in
      sarif) sarif_file=$file ;;
      json) json_file=$file ;;
    esac
  fi
done
if [[ -f $work/markdown && -n ${GITHUB_STEP_SUMMARY:-} ]]; then
  if (($(wc -c <"$work/markdown") <= most_of_a_summary)); then
    cat -- "$work/markdown" >>"$GITHUB_STEP_SUMMARY" || refuse 'cannot write the summary'
  else
    echo 'The result is too large for a summary: see the log.' >>"$GITHUB_STEP_SUMMARY"
  fi
fi
code=$answer # and `finish` exits with it
