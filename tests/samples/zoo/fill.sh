# Fills a volume with files of every sort; runs in a pod's busybox, with the folder as first argument.
set -e
cd "$1"
[ -e done ] && exit 0
umask 022
mkdir -p deep/a/b/c/d/e/f/g empty 'with space' private '数据'
echo 'hello' >hello.txt
: >nothing
i=0; while [ $i -lt 200 ]; do echo "small file $i" >deep/a/b/file-$i; i=$((i + 1)); done
seq 1 200000 >'数据/numbers.txt'
seq 1 300000 | sha256sum | sed 's/ .*//' >'with space/sum of numbers'
i=0; : >deep/pieces
while [ $i -lt 3000 ]; do
  echo "$i $((i * 7919 % 104729)) piece of a larger file that is cut into chunks" >>deep/pieces
  i=$((i + 1))
done
printf 'head' >sparse; dd if=/dev/zero of=sparse bs=1 count=0 seek=16777216 2>/dev/null; printf 'tail' >>sparse
printf x >"$(printf 'line\nbreak')"
printf x >"$(printf 'not-utf8-\377\376')"
printf x >"$(printf 'n%.0s' $(seq 250))"
ln hello.txt hard-link
ln -s hello.txt soft-link
ln -s /nowhere/at/all dangling
mkfifo pipe
mknod null c 1 3
echo secret >private/secret; chmod 600 private/secret; chmod 700 private
echo program >program; chmod 6755 program
echo other >owned; chown 1234:5678 owned
chmod 1777 empty
touch -d '2001-02-03 04:05:06' hello.txt 'with space'
touch done
