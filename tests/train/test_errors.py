import errno

import pytest
import torch

from train.errors import is_memory, sentence


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
def test_too_little_memory_is_one_line_that_says_what_takes_less(error: BaseException) -> None:
    assert is_memory(error)
    told = sentence(error, training=True)
    assert told.startswith("there is too little memory (")
    assert "a smaller --batch-size or --width" in told
    assert "\n" not in told
    assert "--batch-size" not in sentence(error, training=False)


def test_what_the_machine_really_says_is_known() -> None:
    with pytest.raises((RuntimeError, MemoryError)) as caught:
        torch.empty(2**60, dtype=torch.uint8)
    assert is_memory(caught.value)


@pytest.mark.parametrize(
    ("number", "mend"),
    [
        (errno.ENOSPC, "--resume"),
        (errno.EDQUOT, "--resume"),
        (errno.EACCES, "choose a place"),
        (errno.EROFS, "choose a place"),
        (errno.ENOTDIR, "choose a folder"),
    ],
)
def test_the_systems_words_come_with_the_file_and_a_mend(number: int, mend: str) -> None:
    told = sentence(OSError(number, "as the system says", "runs/vae/samples.png"), training=True)
    assert "runs/vae/samples.png" in told
    assert mend in told
    assert "Errno" not in told


def test_a_sentence_of_ours_stays() -> None:
    assert sentence(ValueError("there is no such recipe"), training=True) == "there is no such recipe"
    assert sentence(FileNotFoundError("There is no runs"), training=False) == "There is no runs"
    assert not is_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
