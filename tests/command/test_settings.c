/* The fields of the configuration by name. */
#include "command/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct complaint complaint;

/* That no field is left out is held by test_help.py, which reads the header. */
static void each_setting_has_a_field_of_its_own(void **state) {
    unsigned char covered[sizeof(struct selkie_config)] = {0};
    (void)state;
    for (unsigned i = 0; i < settings_count; i++) {
        for (size_t at = 0; at < settings[i].size; at++) {
            assert_int_equal(covered[settings[i].offset + at]++, 0);
        }
        assert_int_equal(settings_find(settings[i].name), i);
    }
}

static void a_setting_is_put_where_it_belongs(void **state) {
    struct selkie_config config;
    (void)state;
    SELKIE_INIT(&config);
    selkie_config_lan(&config, 100);
    settings_put(&config, settings_find("probe_period"), 250000);
    settings_put(&config, settings_find("max_packet_size"), 512);
    settings_put(&config, settings_find("num_indirect_probes"), 7);
    settings_put(&config, settings_find("suspects_hear_first"), 0);
    settings_put(&config, settings_find("periodic_gossip.members"), 9);
    assert_int_equal(config.probe_period_us, 250000);
    assert_int_equal(config.max_packet_size, 512);
    assert_int_equal(config.num_indirect_probes, 7);
    assert_false(config.suspects_hear_first);
    assert_int_equal(config.periodic_gossip.members, 9);
    assert_int_equal(settings_get(&config, settings_find("periodic_gossip.members")), 9);
    assert_int_equal(settings_get(&config, settings_find("awareness_max")), 8);
    assert_int_equal(settings_get(&config, settings_find("notify_down_members")), 1);
}

static void a_value_is_of_its_kind_and_within_its_bounds(void **state) {
    uint64_t value;
    (void)state;
    assert_true(settings_read(settings_find("probe_period"), "1.5s", &value, &complaint) && value == 1500000);
    assert_false(settings_read(settings_find("probe_period"), "0", &value, &complaint));
    assert_string_equal(complaint.text, "0 is out of range: 1us to 86400s is expected");
    assert_true(settings_read(settings_find("periodic_gossip.every"), "0", &value, &complaint) && value == 0);
    assert_true(settings_read(settings_find("max_transmissions"), "255", &value, &complaint) && value == 255);
    assert_false(settings_read(settings_find("max_transmissions"), "256", &value, &complaint));
    assert_true(settings_read(settings_find("reconnect_at_once"), "yes", &value, &complaint) && value == 1);
    assert_true(settings_read(settings_find("reconnect_at_once"), "no", &value, &complaint) && value == 0);
    assert_false(settings_read(settings_find("reconnect_at_once"), "true", &value, &complaint));
    assert_int_equal(settings_find("probe"), settings_count);
}

static void what_is_printed_is_read_as_the_same(void **state) {
    struct selkie_config config;
    (void)state;
    SELKIE_INIT(&config);
    selkie_config_wan(&config, 5000);
    for (unsigned i = 0; i < settings_count; i++) {
        char text[TEXT_MOST];
        uint64_t value = settings_get(&config, i), read;
        assert_true(settings_read(i, settings_print(text, i, value), &read, &complaint));
        assert_true(read == value);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_setting_has_a_field_of_its_own),
                                       cmocka_unit_test(a_setting_is_put_where_it_belongs),
                                       cmocka_unit_test(a_value_is_of_its_kind_and_within_its_bounds),
                                       cmocka_unit_test(what_is_printed_is_read_as_the_same)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
