from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import insight as ins

LIFE = ["2025-01", "2025-02", "2025-03"]


def log(**months):
    """A mention in each month that an author is given: the first on the 10th, the next on the 11th ..."""
    rows = [
        (name, f"{month}-{10 + place}")
        for place, (name, active) in enumerate(months.items())
        for month in active
    ]
    frame = pd.DataFrame(rows, columns=["author_id", "created_at"])
    return frame.assign(created_at=pd.to_datetime(frame["created_at"], utc=True), side="customer")


@pytest.fixture
def toy():
    """January: a, b, c. February: a stays; d, e are new. March: a and d stay, b is back, f is new."""
    return log(
        a=LIFE,
        b=["2025-01", "2025-03"],
        c=["2025-01"],
        d=["2025-02", "2025-03"],
        e=["2025-02"],
        f=["2025-03"],
    )


@pytest.fixture
def toy_authors(toy):
    return ins.activity(toy, as_of="2025-04-01", burn_in="0D")


@pytest.fixture(scope="module")
def crowd():
    """A hundred invented people over 14 months, some of whom wrote once."""
    rng = np.random.default_rng(0)
    joined = rng.integers(0, 400, 100)
    who = rng.integers(0, 100, 900)
    day = np.minimum(joined[who] + rng.exponential(50, 900).astype(int), 425)
    stamps = pd.Timestamp("2024-01-07 15:00", tz="UTC") + pd.to_timedelta(day, unit="D")
    return pd.DataFrame({"author_id": np.char.mod("u%02d", who), "created_at": stamps, "side": "customer"})


def cells(table, cohort):
    return table.loc[(table["cohort"] == cohort) & table["complete"], "retained"].tolist()


# --- activity


def test_one_row_an_author_with_a_bit_for_each_month(toy_authors):
    assert toy_authors["author_id"].tolist() == list("abcdef")
    assert toy_authors["active_0"].tolist() == [0b111, 0b101, 0b001, 0b110, 0b010, 0b100]
    assert toy_authors["active_0"].dtype == np.uint64
    assert toy_authors["n_mentions"].tolist() == [3, 2, 1, 2, 1, 1]
    assert toy_authors.attrs["labels"] == LIFE
    assert toy_authors.attrs["n_complete"] == 3


def test_more_periods_than_a_word_has_bits():
    frame = log(a=["2020-01"], b=["2020-01"])
    frame["created_at"] = pd.to_datetime(["2020-01-01", "2020-06-01"], utc=True)
    authors = ins.activity(frame, period="day")
    bit = (pd.Timestamp("2020-06-01") - pd.Timestamp("2020-01-01")).days
    assert authors.attrs["labels"][bit] == "2020-06-01"
    assert [name for name in authors.columns if name.startswith("active_")] == [
        "active_0",
        "active_1",
        "active_2",
    ]
    assert authors.loc[1, f"active_{bit // 64}"] == 1 << (bit % 64)


def test_the_period_of_as_of_is_complete_only_when_it_has_ended(toy):
    assert ins.activity(toy).attrs["n_complete"] == 2
    assert ins.activity(toy, as_of="2025-03-31 23:59:59").attrs["n_complete"] == 2
    assert ins.activity(toy, as_of="2025-04-01").attrs["n_complete"] == 3
    assert ins.activity(toy, as_of="2025-05-02").attrs["labels"][-2:] == ["2025-04", "2025-05"]


def test_the_zone_decides_the_month_also_across_a_clock_change():
    frame = log(a=["2025-01"], b=["2025-01"], c=["2025-01"])
    frame["created_at"] = pd.to_datetime(
        ["2025-01-15 00:00", "2025-03-31 22:30", "2025-02-28 22:30"], utc=True
    )
    berlin = ins.activity(frame, tz="Europe/Berlin").set_index("author_id")["active_0"]
    assert berlin["b"] == 1 << 3, "22:30 UTC in summer time is already April in Berlin"
    assert berlin["c"] == 1 << 1, "22:30 UTC in winter time is still February in Berlin"


def test_brand_bots_and_the_unnamed_are_counted_but_not_followed(toy):
    more = log(shop=LIFE, robot=LIFE[:2])
    more.loc[more["author_id"] == "shop", "side"] = ["brand", "customer", "customer"]
    unnamed = log(gone=LIFE[:1]).assign(author_id=None)
    undated = log(late=LIFE[:1]).assign(created_at=pd.Series([pd.NaT], dtype=toy["created_at"].dtype))
    frame = pd.concat([toy, more, unnamed, undated])
    frame["automated"] = pd.array(frame["author_id"] == "robot", dtype="boolean")
    authors = ins.activity(frame, as_of="2025-04-01", burn_in="0D")
    assert authors["author_id"].tolist() == list("abcdef")
    assert authors.attrs["excluded"] == {
        "n_without_author": 1,
        "n_brand_authors": 1,
        "n_brand_mentions": 3,
        "n_automated_authors": 1,
        "n_automated_mentions": 2,
        "n_other_authors": 0,
        "n_other_mentions": 0,
        "n_undated": 1,
        "n_after_as_of": 0,
    }


def test_who_is_first_seen_early_may_be_an_old_member(crowd):
    start = crowd["created_at"].min()
    authors = ins.activity(crowd)
    assert (authors["left_truncated"] == (authors["first"] < start + pd.Timedelta("90D"))).all()
    assert authors.attrs["burn_in_days"] == 90
    assert authors.attrs["n_burn_in"] == 4
    assert not ins.activity(crowd, burn_in="0D")["left_truncated"].any()


def test_a_short_archive_has_a_short_burn_in(toy):
    assert ins.activity(toy).attrs["burn_in_days"] == pytest.approx(64 / 4)


def test_rows_may_come_in_any_order_and_twice(crowd):
    once = ins.activity(crowd)
    shuffled = ins.activity(crowd.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(once, shuffled)
    assert once.attrs == shuffled.attrs
    twice = ins.activity(pd.concat([crowd, crowd]))
    pd.testing.assert_frame_equal(once.drop(columns="n_mentions"), twice.drop(columns="n_mentions"))


def test_names_of_authors_do_not_matter(crowd):
    new_names = {
        name: f"z{number * 7919 % 100:02d}" for number, name in enumerate(sorted(set(crowd["author_id"])))
    }
    plain, renamed = (
        ins.activity(crowd.assign(author_id=crowd["author_id"].replace(names))) for names in ({}, new_names)
    )
    pd.testing.assert_frame_equal(plain.drop(columns="author_id"), renamed.drop(columns="author_id"))
    pd.testing.assert_frame_equal(ins.staying.repeat_rate(plain), ins.staying.repeat_rate(renamed))


def test_a_parquet_folder_gives_the_same(crowd, tmp_path):
    for part in range(2):
        crowd.iloc[part::2].to_parquet(tmp_path / f"part-{part}.parquet")
    pd.testing.assert_frame_equal(ins.activity(tmp_path), ins.activity(crowd))


def test_what_the_table_carries_can_be_saved(toy_authors, tmp_path):
    json.dumps(toy_authors.attrs)
    toy_authors.to_parquet(tmp_path / "authors.parquet")
    again = pd.read_parquet(tmp_path / "authors.parquet")
    pd.testing.assert_frame_equal(ins.growth(again), ins.growth(toy_authors))


def test_the_input_is_left_alone(toy):
    before = toy.copy()
    ins.activity(toy)
    pd.testing.assert_frame_equal(toy, before)


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({"side": "brand"}, {}, "no author is left"),
        (
            {"created_at": pd.Series(pd.NaT, index=range(10), dtype="datetime64[us, UTC]")},
            {},
            "no mention has a date",
        ),
        ({}, {"burn_in": 90}, "burn_in=90"),
        ({}, {"burn_in": "90"}, "burn_in='90'"),
        ({}, {"burn_in": "-3D"}, "burn_in='-3D'"),
        ({}, {"as_of": "2024-01-01"}, "not after the first mention"),
        ({}, {"period": "decade"}, "'decade'"),
    ],
)
def test_what_cannot_be_answered_is_refused(toy, change, options, said):
    with pytest.raises(ins.InsightError, match=said):
        ins.activity(toy.assign(**change), **options)


def test_names_that_are_nearly_the_same_are_counted_and_not_merged(toy):
    names = {"a": "Ann.Lee@home.org", "b": "ann-lee", "c": "ann_lee2"}
    authors = ins.activity(toy.assign(author_id=toy["author_id"].replace(names)), burn_in="0D")
    assert len(authors) == len(ins.activity(toy, burn_in="0D"))
    assert authors.attrs["caveats"][0].startswith("2 authors have a name like another's")
    assert ins.activity(toy, burn_in="0D").attrs["caveats"] == ()


def test_a_missing_column_is_named(toy):
    with pytest.raises(ins.InsightError, match=r"lack the columns \['side'\]"):
        ins.activity(toy.drop(columns="side"))
    with pytest.raises(ins.InsightError, match="is a int"):
        ins.activity(3)


# --- retention


def test_toy_cohorts_by_hand(toy_authors):
    on, after = ins.retention(toy_authors), ins.retention(toy_authors, kind="after")
    assert on.groupby("cohort")["n"].first().to_dict() == {"2025-01": 3, "2025-02": 2, "all": 6}
    assert (cells(on, "2025-01"), cells(on, "2025-02")) == ([1, 2], [1])
    assert cells(after, "2025-01") == [2, 2]
    pooled = on[on["cohort"] == "all"].set_index("period")
    assert pooled.loc[1, ["eligible", "retained"]].tolist() == [5, 2]
    assert pooled.loc[2, ["eligible", "retained"]].tolist() == [3, 2]


def test_brackets_by_hand(toy_authors):
    table = ins.retention(toy_authors, kind="bracket", brackets=(1, 3))
    assert cells(table, "2025-01") == [2], "a and b wrote in one of the two months after January"
    assert cells(table, "2025-02") == [], "one of its two months is still to come"


def test_a_window_that_is_still_open_is_missing_never_zero(toy):
    table = ins.retention(ins.activity(toy, as_of="2025-03-20", burn_in="0D")).set_index(["cohort", "period"])
    open_cells = table[~table["complete"]]
    assert open_cells.index.tolist() == [("2025-01", 2), ("2025-02", 1), ("all", 2)]
    assert open_cells[["retained", "share", "low", "high"]].isna().all(axis=None)
    assert (open_cells["eligible"] == 0).all()


def test_cells_carry_wilson(toy_authors):
    row = ins.retention(toy_authors, min_people=1).iloc[0]
    assert row[["low", "high"]].tolist() == pytest.approx([0.0614919, 0.7923404], abs=1e-7)


def test_few_people_have_counts_and_no_share(toy_authors):
    for table in (ins.retention(toy_authors), ins.staying.repeat_rate(toy_authors)):
        assert table["retained"].notna().any()
        assert table[["share", "low", "high"]].isna().all(axis=None)
    known = ins.retention(toy_authors, min_people=3)
    assert known.loc[known["share"].notna(), "eligible"].min() == 3


def test_who_may_be_an_old_member_joins_no_cohort(toy):
    authors = ins.activity(toy, as_of="2025-04-01", burn_in="20D")
    table = ins.retention(authors)
    assert table["cohort"].unique().tolist() == ["2025-02", "all"]
    assert table.attrs["n_left_truncated"] == 3
    nobody = ins.retention(ins.activity(toy, burn_in="400D"))
    assert nobody.empty


def test_a_shorter_archive_has_the_same_complete_cells(crowd):
    """Seen from the first of November, what was complete then was already what it is now."""
    whole = ins.retention(ins.activity(crowd, burn_in="60D"))
    cut = ins.retention(ins.activity(crowd, burn_in="60D", as_of="2024-11-01"))
    then = cut[cut["complete"] & (cut["cohort"] != "all")].reset_index(drop=True)
    now = whole.merge(then[["cohort", "period"]])
    assert len(then) > 20
    pd.testing.assert_frame_equal(then, now, check_flags=False)


def test_retention_equals_a_count_by_sets(crowd):
    month = crowd["created_at"].dt.tz_localize(None).dt.to_period("M")
    active = {author: set(months) for author, months in month.groupby(crowd["author_id"])}
    table = ins.retention(ins.activity(crowd, burn_in="0D")).query("complete and cohort != 'all'")
    assert len(table) > 50
    for row in table.itertuples():
        cohort = [months for months in active.values() if str(min(months)) == row.cohort]
        back = [months for months in cohort if pd.Period(row.cohort) + row.period in months]
        assert (row.n, row.retained) == (len(cohort), len(back))


@pytest.mark.parametrize(
    "options",
    [{"kind": "rolling"}, {"kind": "bracket"}, {"brackets": (1, 2)}, {"kind": "bracket", "brackets": (2, 2)},
     {"kind": "bracket", "brackets": (0, 2)}, {"kind": "bracket", "brackets": (1,)}],
)  # fmt: skip
def test_kinds_that_make_no_sense_are_refused(toy_authors, options):
    with pytest.raises(ins.InsightError, match="brackets"):
        ins.retention(toy_authors, **options)


def test_a_table_that_lost_its_calendar_is_refused(toy_authors):
    bare = toy_authors.copy()
    bare.attrs = {}
    for measure in (ins.retention, ins.staying.repeat_rate, ins.growth):
        with pytest.raises(ins.InsightError, match="does not come from activity"):
            measure(bare)


# --- repeat rate and growth


def test_toy_repeat_rate_by_hand(toy_authors):
    table = ins.staying.repeat_rate(toy_authors, min_people=1)
    assert table["period"].tolist() == [*LIFE, "all"]
    assert table["n"].tolist() == [3, 3, 4, 6]
    assert table["retained"].tolist() == [1, 2, pd.NA, 3]
    assert table["share"].iloc[-1] == 0.5
    assert table.loc[2, ["share", "low", "high"]].isna().all()


def test_pooled_interval_is_that_of_resampled_people(crowd):
    authors = ins.activity(crowd)
    pooled = ins.staying.repeat_rate(authors).iloc[-1]
    active = np.array([[mask >> p & 1 for p in range(14)] for mask in authors["active_0"].tolist()])
    n, k = active[:, :13].sum(axis=1), (active[:, :13] & active[:, 1:]).sum(axis=1)
    drawn = np.random.default_rng(5).integers(0, len(n), (4000, len(n)))
    expected = np.quantile(k[drawn].sum(axis=1) / n[drawn].sum(axis=1), [0.025, 0.975])
    assert (pooled["n"], pooled["retained"]) == (n.sum(), k.sum())
    assert [pooled["low"], pooled["high"]] == pytest.approx(expected, abs=0.03)


def test_one_complete_period_or_none_has_no_pooled_share(toy):
    one = ins.staying.repeat_rate(ins.activity(toy, as_of="2025-02-05"))
    assert one["period"].tolist() == ["2025-01", "all"]
    assert one[["share", "low", "high"]].isna().all(axis=None)
    none = ins.staying.repeat_rate(ins.activity(toy, as_of="2025-01-20"))
    assert none["period"].tolist() == ["all"]
    assert none["share"].isna().all()


def test_toy_growth_by_hand(toy_authors):
    table = ins.growth(toy_authors).set_index("period")
    columns = ["active", "new", "retained", "resurrected", "churned"]
    assert table.loc["2025-02", columns].tolist() == [3, 2, 1, 0, 2]
    assert table.loc["2025-03", columns].tolist() == [4, 1, 2, 1, 1]


@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_growth_adds_up_exactly(crowd, period):
    table = ins.growth(ins.activity(crowd, period=period))
    change = table["new"] + table["resurrected"] - table["churned"]
    assert (table["active"] == table["active"].shift(fill_value=0) + change).all()
    assert (table["active"] == table["new"] + table["retained"] + table["resurrected"]).all()
    assert table["new"].sum() == crowd["author_id"].nunique()
    assert table["resurrected"].sum() > 0


def test_open_periods_and_the_burn_in_are_marked(crowd):
    table = ins.growth(ins.activity(crowd))
    assert table["burn_in"].tolist() == [True] * 4 + [False] * (len(table) - 4)
    assert table["complete"].tolist() == [True] * (len(table) - 1) + [False]


# --- real logs: fractions counted by another program


def real_log(folder, name):
    """Read a log of a real community; who is deleted stays without a name."""
    frame = pd.read_csv(folder / "logs" / f"{name}.csv.gz", dtype=str)
    frame = frame.rename(columns={"author": "author_id"}).assign(side="customer")
    frame["created_at"] = pd.to_datetime(frame["created_at"], utc=True, format="ISO8601").dt.as_unit("us")
    return frame[["author_id", "created_at", "side"]]


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "repeat", "newcomers"),
    [
        ("se_history_meta", (550, 1253), (78, 381)),
        ("slack_racket_2017_2019", (517, 906), (122, 317)),
        ("gh_tls_esni", (210, 481), (21, 100)),
    ],
)
def test_real_logs_give_the_known_fractions(real_data, name, repeat, newcomers):
    authors = ins.activity(real_log(real_data, name), burn_in="0D")
    pooled = ins.staying.repeat_rate(authors).iloc[-1]
    assert (pooled["retained"], pooled["n"]) == repeat
    back = ins.retention(authors).query("cohort == 'all' and period == 1").iloc[0]
    assert (back["retained"], back["eligible"]) == newcomers


@pytest.mark.real
@pytest.mark.parametrize(
    "name",
    ["se_history_meta", "slack_racket_2017_2019", "gh_tls_esni", "gitlog_seaborn", "gitlog_augur"],
)
@pytest.mark.parametrize("period", ["day", "month"])
def test_growth_of_real_logs_adds_up(real_data, name, period):
    table = ins.growth(ins.activity(real_log(real_data, name), period=period))
    change = table["new"] + table["resurrected"] - table["churned"]
    assert (table["active"] == table["active"].shift(fill_value=0) + change).all()
    assert (table["active"] == table["new"] + table["retained"] + table["resurrected"]).all()


@pytest.mark.real
def test_an_archive_that_starts_mid_life_is_marked(real_data):
    """Racket's channel is two and a half years older than its archive: its first people are old members."""
    frame = real_log(real_data, "slack_racket_2017_2019")
    authors = ins.activity(frame, burn_in="0D")
    new = ins.growth(authors)["new"]
    assert (new[0], new[1:-1].median()) == (23, 9.5), "the last month is still open"
    cells = ins.retention(authors).query("period == 1 and cohort != 'all'")
    assert cells.iloc[:2][["retained", "n"]].sum().tolist() == [18, 30]
    careful = ins.retention(ins.activity(frame)).query("cohort == 'all' and period == 1").iloc[0]
    assert careful[["n", "eligible", "retained"]].tolist() == [287, 278, 104], "nine came too lately to tell"
    assert careful["share"] < 18 / 30 - 0.2


@pytest.mark.real
def test_founders_look_like_a_truncated_archive(real_data):
    """history.meta was young: 42 new people in its first month, later four a month."""
    authors = ins.activity(real_log(real_data, "se_history_meta"), burn_in="0D")
    assert authors.attrs["excluded"]["n_without_author"] == 188, "3.7 % of 5,105 are of deleted accounts"
    new = ins.growth(authors)["new"]
    assert (new[0], new[1:-1].median()) == (42, 4)
