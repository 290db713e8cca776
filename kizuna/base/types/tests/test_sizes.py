from kizuna.base.types.sizes import size_words


def test_a_size_has_tenths_only_where_there_are_some():
    assert [size_words(count).replace("\xa0", " ") for count in (7, 1536, 100 * 1024**2, 10 * 1024**2 + 1)] == [
        "7 bytes",
        "1.5 KB",
        "100 MB",
        "10 MB",
    ]
