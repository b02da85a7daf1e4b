import pytest

from accounts.addresses import one_line

PARTS = {"pincode": "560010", "city": "Bengaluru", "country": "IN", "line1": "14, 3rd Cross", "line2": "", "state": "Karnataka"}


@pytest.mark.parametrize(
    ("address", "line"),
    [
        (PARTS, "14, 3rd Cross, Bengaluru, Karnataka 560010"),
        (PARTS | {"line2": "Rajajinagar"}, "14, 3rd Cross, Rajajinagar, Bengaluru, Karnataka 560010"),
        ({"text": "Near the temple, Hosur"}, "Near the temple, Hosur"),
        (None, None),
    ],
)
def test_parts_come_in_the_order_of_an_envelope(address: dict[str, str] | None, line: str | None) -> None:
    assert one_line(address) == line
