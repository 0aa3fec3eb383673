import numpy as np
import pandas as pd

from insight.stats import covered


def test_a_month_cut_on_its_fourth_day_is_not_covered():
    starts = pd.date_range("2025-01-01", periods=4, freq="MS").to_numpy()
    ends = pd.date_range("2025-02-01", periods=4, freq="MS").to_numpy()
    first, last = np.datetime64("2025-01-01T09:00"), np.datetime64("2025-04-04T12:00")
    assert covered(starts, ends, first=first, last=last).tolist() == [True, True, True, False]
    assert not covered(starts, ends, first=np.datetime64("2025-01-02T00:00"), last=last)[0]
    assert covered(starts, ends, first=first, last=np.datetime64("2025-04-30T08:00"))[3]
