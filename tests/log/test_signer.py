"""The signer goes forward only, whatever the database says, and keeps its key to itself."""

import json
import multiprocessing
import os
import signal
import stat
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.log import merkle
from ledger.log.note import Checkpoint, parse_checkpoint, verified
from ledger.log.signer import LogRewritten, MemoryLost, Signer
from tests.log import trees

ORIGIN = "test.example/log/meiyuan"
LEAVES = trees.leaves(300)
FORK = [*LEAVES[:5], merkle.leaf_hash(b"another"), *LEAVES[6:]]


@pytest.fixture
def signer(tmp_path):
    return Signer(tmp_path / "keys")


def signed(signer, size, leaves=LEAVES, origin=ORIGIN, pause=0):
    """The head of the first ``size`` leaves, signed; a slow database takes a pause over the proof."""

    def consistency(old, new):
        time.sleep(pause)
        return merkle.consistency_path(old, new, trees.tile_of(leaves[:new]))

    return signer.sign(Checkpoint(origin, size, trees.mth(leaves[:size])), consistency)


def test_a_signed_head_is_a_checkpoint_under_the_logs_own_key(signer):
    note = signed(signer, 7)
    text = verified(note, [signer.verifier(ORIGIN)])[0].text
    assert parse_checkpoint(text) == Checkpoint(ORIGIN, 7, trees.mth(LEAVES[:7]))


def test_a_log_that_grows_is_signed_every_time(signer):
    for size in (1, 2, 3, 8, 9, 255, 256, 257, 300):
        signed(signer, size)


def test_signing_the_same_head_again_gives_the_same_note(signer):
    assert signed(signer, 7) == signed(signer, 7)


def test_an_older_backup_is_refused(signer):
    signed(signer, 20)
    for size in (19, 1):
        with pytest.raises(LogRewritten) as refusal:
            signed(signer, size)
        assert refusal.value.facts == {"origin": ORIGIN, "size": size, "signed": 20}


def test_an_older_backup_that_was_written_on_is_refused(signer):
    signed(signer, 20)
    with pytest.raises(LogRewritten):
        signed(signer, 30, FORK)


@pytest.mark.parametrize("size", [20, 21, 256, 300])
def test_a_rewritten_log_is_refused_at_any_size(signer, size):
    signed(signer, 20)
    with pytest.raises(LogRewritten):
        signed(signer, size, FORK)


@pytest.mark.parametrize("path", [[], [bytes(32)], [b""], LEAVES[:3]])
def test_a_false_proof_of_consistency_is_refused(signer, path):
    signed(signer, 20)
    with pytest.raises(LogRewritten):
        signer.sign(Checkpoint(ORIGIN, 30, trees.mth(FORK[:30])), lambda old, new: path)


def test_after_a_refusal_the_true_log_goes_on(signer):
    signed(signer, 20)
    for size, leaves in ((30, FORK), (10, LEAVES)):
        with pytest.raises(LogRewritten):
            signed(signer, size, leaves)
    signed(signer, 20)
    signed(signer, 21)


def test_a_log_whose_proof_cannot_be_made_is_not_signed_and_not_remembered(signer):
    signed(signer, 20)
    with pytest.raises(ZeroDivisionError):
        signer.sign(Checkpoint(ORIGIN, 30, trees.mth(LEAVES[:30])), lambda old, new: 1 // 0)
    signed(signer, 21)


def test_the_memory_and_the_key_survive_the_process(signer):
    signed(signer, 20)

    again = Signer(signer.directory)

    assert again.verifier(ORIGIN) == signer.verifier(ORIGIN)
    with pytest.raises(LogRewritten):
        signed(again, 30, FORK)
    signed(again, 30)


def test_the_key_is_made_once_and_readable_by_its_owner_only(signer):
    old = os.umask(0)
    try:
        signed(signer, 1)
    finally:
        os.umask(old)
    (key,) = signer.directory.glob("*.key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(signer.directory.stat().st_mode) == 0o700
    before = key.read_bytes()
    signed(signer, 2)
    assert key.read_bytes() == before
    assert len(before) == 32


def test_nothing_of_the_key_is_left_beside_it(signer):
    signed(signer, 1)
    names = {file.suffix for file in signer.directory.iterdir()}
    assert names == {".key", ".json", ".lock"}


def test_each_log_has_a_key_and_a_memory_of_its_own(signer):
    others = [
        "test.example/log/mei_yuan",
        "test.example/log_meiyuan",
        "test.example_log/meiyuan",
        "../x",
        "a.key",
    ]
    for n, origin in enumerate([ORIGIN, *others], start=1):
        signed(signer, n, trees.leaves(n, origin.encode()), origin)
    assert len({signer.verifier(origin).public for origin in [ORIGIN, *others]}) == len(others) + 1
    assert len(list(signer.directory.glob("*.key"))) == len(others) + 1
    assert not list(signer.directory.parent.glob("*.key"))


def test_makers_of_the_first_key_agree_on_one(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        for round_ in range(40):
            signer = Signer(tmp_path / str(round_))
            publics = {verifier.public for verifier in pool.map(signer.verifier, [ORIGIN] * 16)}
            assert publics == {Signer(tmp_path / str(round_)).verifier(ORIGIN).public}


def sign_either_or_neither(signer, leaves, start, results):
    start.wait()
    try:
        results.put(signed(signer, 20, leaves, pause=0.01))
    except LogRewritten:
        results.put(None)
    except Exception as error:
        results.put(repr(error))


def test_of_two_processes_with_two_histories_one_is_signed(tmp_path):
    context = multiprocessing.get_context("fork")
    for round_ in range(8):
        signer = Signer(tmp_path / str(round_))
        signed(signer, 3)
        start, results = context.Barrier(4), context.SimpleQueue()
        work = [
            context.Process(target=sign_either_or_neither, args=(signer, leaves, start, results))
            for leaves in (LEAVES, FORK, LEAVES, FORK)
        ]
        for process in work:
            process.start()
        notes = [results.get() for _ in work]
        for process in work:
            process.join()

        assert len(set(notes)) == 2
        assert notes.count(None) == 2


def sign_on_and_on(signer, progress):
    for size in range(1, 300):
        signed(signer, size)
        progress.value = size


def test_f3_a_signer_killed_at_work_remembers_no_less_than_it_signed(tmp_path):
    context = multiprocessing.get_context("fork")
    for round_ in range(5):
        signer = Signer(tmp_path / str(round_))
        progress = context.Value("i", 0)
        work = context.Process(target=sign_on_and_on, args=(signer, progress))
        work.start()
        while progress.value < 3 + round_:
            work.join(0.001)
        os.kill(work.pid, signal.SIGKILL)
        work.join()

        (file,) = signer.directory.glob("*.state.json")
        size = json.loads(file.read_text())["size"]
        assert size >= progress.value
        with pytest.raises(LogRewritten):
            signed(signer, size, [merkle.leaf_hash(b"another"), *LEAVES[1:]])
        signed(signer, size)


def test_f3_a_memory_that_cannot_be_read_signs_nothing(signer):
    signed(signer, 20)
    (file,) = signer.directory.glob("*.state.json")
    file.write_text("{")
    with pytest.raises(MemoryLost):
        signed(signer, 21)
    with pytest.raises(MemoryLost):
        signer.memory()


def test_f3_a_memory_that_is_gone_signs_nothing_by_the_key_that_is_here(signer):
    signed(signer, 20)
    (file,) = signer.directory.glob("*.state.json")
    file.unlink()
    with pytest.raises(MemoryLost):
        signed(signer, 3)
    assert not file.exists()
