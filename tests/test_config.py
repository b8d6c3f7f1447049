"""Settings from outside: each wrong value is one line that names the option, the range and what was got."""

import pytest

from posekit.config import OutputSettings, Settings, TrackingSettings, VisionSettings
from posekit.errors import ConfigError


@pytest.mark.parametrize(
    ("settings", "values", "message"),
    [
        (VisionSettings, {"max_people": 0}, "--max-people should be greater than or equal to 1, got 0"),
        (VisionSettings, {"score": 1.5}, "--score should be less than or equal to 1, got 1.5"),
        (VisionSettings, {"score": float("nan")}, "--score should be a finite number, got nan"),
        (VisionSettings, {"nms_radius": -1.0}, "--nms-radius should be greater than 0, got -1.0"),
        (VisionSettings, {"output_stride": 12}, "--output-stride should be 8, 16 or 32, got 12"),
        (
            VisionSettings,
            {"image_scale_factor": 0.1},
            "--image-scale-factor should be greater",
        ),
        (VisionSettings, {"threads": 0}, "--threads should be greater than or equal to 1, got 0"),
        (TrackingSettings, {"smoothing": 2.0}, "--smoothing should be less than or equal to 1, got 2.0"),
        (
            TrackingSettings,
            {"region": "0,0,2,1"},
            "--region should be x,y,width,height as fractions of the picture",
        ),
        (
            TrackingSettings,
            {"region": "left"},
            "--region should be x,y,width,height as fractions of the picture, such as 0.2,0,0.6,1",
        ),
        (OutputSettings, {"rotate": 45}, "--rotate should be 0, 90, 180 or 270, got 45"),
        (OutputSettings, {"fps_limit": 0.0}, "--fps-limit should be greater than 0, got 0.0"),
    ],
)
def test_wrong_values(settings: type[Settings], values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        settings.of(**values)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_none_takes_the_default() -> None:
    assert VisionSettings.of(max_people=None, score=None) == VisionSettings()
    assert VisionSettings().model == "posekit-mobilenet-050"


def test_a_region_in_words() -> None:
    assert TrackingSettings.of(region="0.2, 0, 0.6, 1").region == (0.2, 0.0, 0.6, 1.0)
