import errno
from pathlib import Path

import numpy as np
import pytest
import torch

from train.errors import UserError, explain, is_memory, path_errors


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 8 GiB."),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory: you"),
        RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:121] data. DefaultCPUAllocator: not enough memory: you tried"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        MemoryError(),
    ],
)
def test_too_little_memory_is_one_line_that_says_what_helps(error: BaseException) -> None:
    assert is_memory(error)
    line = explain(error, training=True)
    assert line is not None
    assert line.startswith("there is too little memory (")
    assert "a smaller --batch-size or --width" in line
    assert "\n" not in line
    assert "--batch-size" not in str(explain(error, training=False))


def test_a_refused_allocation_of_this_machine_is_recognised() -> None:
    with pytest.raises((RuntimeError, MemoryError)) as caught:
        torch.empty(2**60, dtype=torch.uint8)
    assert is_memory(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("Bad_alloc is a name"),
        ValueError("the word out of memory is in a text"),
        RuntimeError("mat1 and mat2 shapes cannot be multiplied"),
        KeyError("STATUS_ALLOC_FAILED"),
    ],
)
def test_words_about_memory_in_other_errors_mean_nothing(error: BaseException) -> None:
    assert not is_memory(error)
    assert explain(error, training=True) is None


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_named_with_its_file_and_a_remedy(number: int) -> None:
    line = explain(OSError(number, "as the system says", "runs/vae/samples.png"), training=True)
    assert line is not None
    assert "runs/vae/samples.png" in line
    assert "--resume" in line
    assert "Errno" not in line
    assert "--resume" not in str(explain(OSError(number, "as the system says"), training=False))


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.EACCES, "choose a path that you may"),
        (errno.EROFS, "can be written"),
        (errno.ENOTDIR, "choose a folder"),
        (errno.EISDIR, "choose a file"),
    ],
)
def test_an_unusable_path_is_a_user_error_with_a_hint(number: int, hint: str) -> None:
    with pytest.raises(UserError, match=hint) as caught, path_errors():
        raise OSError(number, "as the system says", "runs/vae")
    assert str(caught.value).startswith("as the system says (runs/vae): ")


def test_a_full_disk_is_no_mistake_in_a_path() -> None:
    with pytest.raises(OSError, match="No space left") as caught, path_errors():
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not isinstance(caught.value, UserError)


def test_a_file_where_a_folder_should_be_is_reported_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"file/run\): choose a folder, not a file"), path_errors():
        (tmp_path / "file" / "run").mkdir()


def test_a_users_mistake_is_its_own_sentence() -> None:
    assert explain(UserError("there is no such recipe"), training=True) == "there is no such recipe"


def test_faults_of_ours_keep_their_tracebacks() -> None:
    with pytest.raises(ValueError, match="broadcast") as caught:
        np.zeros(3) + np.zeros(4)
    for error in (caught.value, FileNotFoundError(errno.ENOENT, "No such file", "x"), OSError("plain")):
        assert explain(error, training=False) is None
