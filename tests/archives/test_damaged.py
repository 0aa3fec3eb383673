"""What is cut off, damaged or cut short while it is read is an error or a note, never a smaller table."""

from __future__ import annotations

import gzip
import lzma
import random

import pytest
from backports import zstd

from insight.archives import containers, reading
from insight.mentions import InsightError

pytestmark = pytest.mark.slow

N = 3_000
WORDS = ("kettle", "lid", "filter", "app", "refund", "hose", "switch", "manual")


def table(n=N, seed=0):
    chosen = random.Random(seed)
    rows = [
        f"{at},a{at % 9},2024-03-01 10:00:00Z,{' '.join(chosen.choices(WORDS, k=9))}\n" for at in range(n)
    ]
    return ("id,author,created_at,text\n" + "".join(rows)).encode()


def zst(data, *, checksum=True):
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: int(checksum)})


PACKERS = {
    "zst": zst,
    "zst without checksum": lambda data: zst(data, checksum=False),
    "zst of two frames": lambda data: zst(data[: len(data) // 2]) + zst(data[len(data) // 2 :]),
    "gz": gzip.compress,
    "xz": lzma.compress,
}


@pytest.mark.parametrize("pack", PACKERS)
def test_a_packed_file_that_is_whole_is_read_to_its_end(load, pack):
    assert len(load(PACKERS[pack](table()), "posts.csv.bin").mentions) == N


@pytest.mark.parametrize("pack", PACKERS)
@pytest.mark.parametrize("kept", [0.2, 0.55, 0.8, 0.999])
def test_a_packed_file_that_is_cut_off_is_refused(load, pack, kept):
    packed = PACKERS[pack](table())
    with pytest.raises(InsightError, match=r"posts\.csv\.bin: the packed file is damaged or cut off"):
        load(packed[: min(int(len(packed) * kept), len(packed) - 1)], "posts.csv.bin")


@pytest.mark.parametrize("pack", PACKERS)
def test_in_a_folder_a_file_that_is_cut_off_is_named_and_the_others_are_read(read, write, pack):
    write(PACKERS[pack](table())[:-9], "in/broken.zst")
    archive = read(write(table(20, seed=1), "in/whole.csv").parent)
    assert archive.report.files["source_file"].tolist() == ["whole.csv"]
    assert [note for note in archive.report.notes if note.startswith("passed over broken.zst")]


def test_no_flipped_bit_gives_another_table_where_there_is_a_checksum(load):
    packed, chosen, refused = zst(table(300)), random.Random(7), 0
    for _ in range(40):
        flipped = bytearray(packed)
        flipped[chosen.randrange(5, len(packed))] ^= 1 << chosen.randrange(8)
        try:
            assert len(load(bytes(flipped), "posts.csv.zst").mentions) == 300
        except InsightError:
            refused += 1
    assert refused > 30


@pytest.mark.parametrize("checksum", [True, False])
def test_a_file_without_checksum_is_noted(load, checksum):
    report = load(zst(table(20), checksum=checksum), "posts.csv.zst").report
    assert any("carries no checksum" in note for note in report.notes) is not checksum


@pytest.mark.parametrize("name", ["posts.csv", "posts.csv.gz", "posts.csv.zst"])
def test_a_file_that_shrinks_after_the_first_look_is_refused(read, write, monkeypatch, name):
    path = write(PACKERS.get(name.rpartition(".")[2], bytes)(table()), name)

    def looked(source):
        found = look(source)
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size // 2)
        return found

    look = reading.peek
    monkeypatch.setattr(reading, "peek", looked)
    with pytest.raises(InsightError, match=r"posts\..*shrank from|posts\..*cut off"):
        read(path)


def test_a_file_that_shrinks_under_the_reader_is_refused_and_one_that_grows_is_read(write):
    path = write(table(5 * N), "posts.csv")
    (source,) = containers.find_sources(path)
    size = path.stat().st_size
    with source.open() as stream, path.open("r+b") as file:
        file.seek(0, 2)
        file.write(b"more\n")
        file.flush()
        assert len(stream.read()) == size + 5
    with source.open() as stream, path.open("r+b") as file:
        stream.read(1_000)
        file.truncate(size // 2)
        with pytest.raises(InsightError, match="shrank from"):
            stream.read()
