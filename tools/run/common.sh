# Shared by the scripts of ./run: set-up, build and image. Sourced from the checkout's root.

export TRANSHIP_CACHE=${TRANSHIP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tranship}
export CCACHE_DIR=${CCACHE_DIR:-$TRANSHIP_CACHE/ccache} CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

step() { printf '\n== %s\n' "$*" >&2; }

# Package lists, one name a line; '#' begins a comment.
missing_packages() {
  local wanted installed
  wanted=$(sed 's/#.*//' tools/packages.txt tests/bed/packages.txt | awk 'NF{print $1}' | sort -u)
  installed=$(dpkg-query -W -f "\${db:Status-Status} \${Package}\n" 2>/dev/null |
    awk '$1=="installed"{print $2}' | sort -u)
  comm -23 <(echo "$wanted") <(echo "$installed")
}

setup() {
  local missing
  missing=$(missing_packages)
  if [ -n "$missing" ]; then
    step "installing Debian packages:" $missing
    if [ "$(id -u)" != 0 ]; then
      echo "not root: run   sudo apt-get install $(echo $missing)   and try again" >&2
      return 1
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
  fi
  python3 tools/node.py modules web
}

build() { # PRESET [TARGET...]
  local preset=$1
  shift
  step "building ($preset)"
  mkdir -p "$CCACHE_DIR"
  [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >/dev/null
  cmake --build "build/$preset" ${1:+--target "$@"}
}

binary() { echo "$PWD/build/${1:-release}/src/main/tranship"; }

image() {
  step "making the image"
  mkdir -p out
  python3 tools/image.py --binary "$(binary)" --output out/tranship-image.tar
}
