"""The figures for Prometheus."""

from channelhub.telemetry.metrics import Metrics


def test_deliveries_are_counted_by_channel_and_result() -> None:
    metrics = Metrics()

    metrics.intake.stored("email", new=2, duplicates=1, ack_s=0.004, at_s=1000.0)
    metrics.intake.stored("email", new=0, duplicates=0, ack_s=20.0, at_s=2000.0)
    metrics.intake.refused("form")

    text = metrics.text().decode()
    assert 'channelhub_messages_received_total{channel="email",result="stored"} 2.0' in text
    assert 'channelhub_messages_received_total{channel="email",result="duplicate"} 1.0' in text
    assert 'channelhub_messages_received_total{channel="form",result="refused"} 1.0' in text
    assert 'channelhub_ingest_ack_seconds_bucket{le="0.005"} 1.0' in text
    assert 'channelhub_ingest_ack_seconds_bucket{le="0.0025"} 0.0' in text
    assert 'channelhub_ingest_ack_seconds_bucket{le="+Inf"} 2.0' in text
    assert "channelhub_ingest_ack_seconds_count 2.0" in text
    assert "channelhub_ingest_ack_seconds_sum 20.004" in text
    assert 'channelhub_last_message_timestamp_seconds{channel="email"} 1000.0' in text
    assert 'channelhub_last_message_timestamp_seconds{channel="form"}' not in text


def test_an_account_that_left_is_no_longer_shown() -> None:
    metrics = Metrics()
    metrics.account_up("bot", False)
    before = metrics.text().decode()

    metrics.forget_account("bot")
    metrics.forget_account("never-seen")

    assert 'channelhub_channel_up{account="bot"} 0.0' in before
    assert "bot" not in metrics.text().decode()


def test_a_queue_is_shown_as_last_counted() -> None:
    metrics = Metrics()
    metrics.queue("inbox", 5)
    metrics.queue("inbox", 2)

    assert 'channelhub_queue_depth{queue="inbox"} 2.0' in metrics.text().decode()


def test_two_hubs_in_one_process_have_figures_of_their_own() -> None:
    one, other = Metrics(), Metrics()
    one.outages(3)
    one.loop_lag(0.25)
    one.parse_failed("timeout")

    text = one.text().decode()
    assert "channelhub_outage_active 3.0" in text
    assert "channelhub_loop_lag_seconds 0.25" in text
    assert 'channelhub_parse_failures_total{reason="timeout"} 1.0' in text
    assert "channelhub_outage_active 0.0" in other.text().decode()


def test_files_are_counted_by_what_became_of_them() -> None:
    metrics = Metrics()
    metrics.media("stored", 500)
    metrics.media("stored", 40)
    metrics.media("too-large", 0)

    text = metrics.text().decode()
    assert 'channelhub_media_files_total{result="stored"} 2.0' in text
    assert 'channelhub_media_files_total{result="too-large"} 1.0' in text
    assert "channelhub_media_bytes_total 540.0" in text
