"""The benchmark's files, made once from fixed seeds and kept outside the checkout."""
import hashlib
import os
import pathlib
import random
import shutil

VERSION = "1"  # goes up when what is made changes
MIB = 1 << 20
SMALL_FILES = 50_000
SMALL_FILES_PER_DIRECTORY = 200


def cache_folder():
    base = os.environ.get("TRANSHIP_CACHE")
    if not base:
        base = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "tranship"
    return pathlib.Path(base) / "bench"


def text_source(seed):
    """A function that gives about `size` bytes of log lines: words by Zipf's law, times and numbers that go up."""
    generator = random.Random(seed)
    words = ["".join(generator.choices("etaoinshrdlucmfwypvbgkjqxz", range(26, 0, -1), k=generator.randint(2, 11)))
             for _ in range(6000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    cumulative = [sum(weights[:1])]
    for weight in weights[1:]:
        cumulative.append(cumulative[-1] + weight)
    phrases = [" ".join(generator.choices(words, cum_weights=cumulative, k=generator.randint(3, 7)))
               for _ in range(200_000)]
    clock = 1_700_000_000_000

    def take(size):
        nonlocal clock
        count = max(1, size // 128)
        lines = []
        for a, b in zip(generator.choices(phrases, k=count), generator.choices(phrases, k=count)):
            clock += 17
            lines.append(f'{{"time":{clock},"level":"info","request":"{generator.getrandbits(48):012x}",'
                         f'"message":"{a} {b}"}}\n')
        return "".join(lines).encode()

    return take


def write_random(path, size):
    generator = random.Random(1)
    with open(path, "wb") as file:
        for at in range(0, size, 4 * MIB):
            file.write(generator.randbytes(min(4 * MIB, size - at)))


def write_text(path, size):
    take = text_source(2)
    written = 0
    with open(path, "wb") as file:
        while written < size:
            piece = take(4 * MIB)[:size - written]
            file.write(piece)
            written += len(piece)


def write_small(folder, count):
    generator, take = random.Random(3), text_source(4)
    pool, at = b"", 0
    for number in range(count):
        inside = folder / f"{number // SMALL_FILES_PER_DIRECTORY:04}"
        if number % SMALL_FILES_PER_DIRECTORY == 0:
            inside.mkdir()
        size = generator.randint(1 << 10, 16 << 10)
        if at + size > len(pool):
            pool, at = take(8 * MIB), 0
        (inside / f"file-{number:06}.log").write_bytes(pool[at:at + size])
        at += size


def prepare(scale):
    """The folders to back up, by name; made when they are not there yet."""
    wanted = {"incompressible": lambda folder: write_random(folder / "random.bin", int(1024 * MIB * scale)),
              "text": lambda folder: write_text(folder / "log.json", int(1024 * MIB * scale)),
              "small files": lambda folder: write_small(folder, int(SMALL_FILES * scale))}
    folders = {}
    for name, make in wanted.items():
        label = hashlib.sha256(f"{VERSION} {name} {scale}".encode()).hexdigest()[:8]
        folder = cache_folder() / f"{name.replace(' ', '-')}-{label}"
        if not folder.exists():
            partial = folder.with_name(folder.name + ".partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            make(partial)
            partial.rename(folder)
        folders[name] = folder
    return folders
