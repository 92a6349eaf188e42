/* Names and texts of errors, messages and notifications, all from the lists in the public header; and, for
 * others, which message carries what. */
#include "selkie/codec.h"

#include "base/memory.h"
#include "base/message.h"

#define STRINGIFY_(x) #x
#define STRINGIFY(x) STRINGIFY_(x)

const char *selkie_version(void) {
    return STRINGIFY(SELKIE_VERSION_MAJOR) "." STRINGIFY(SELKIE_VERSION_MINOR) "." STRINGIFY(SELKIE_VERSION_PATCH);
}

const char *selkie_strerror(int error) {
    switch (error) {
    case SELKIE_OK:
        return "success";
#define SELKIE_X(name, value, class_, text)                                                                            \
    case value:                                                                                                        \
        return text;
        SELKIE_ERRORS(SELKIE_X)
#undef SELKIE_X
    default:
        return "unknown error";
    }
}

const char *selkie_error_name(int error) {
    switch (error) {
    case SELKIE_OK:
        return "OK";
#define SELKIE_X(name, value, class_, text)                                                                            \
    case value:                                                                                                        \
        return #name;
        SELKIE_ERRORS(SELKIE_X)
#undef SELKIE_X
    default:
        return "UNKNOWN";
    }
}

enum selkie_error_class selkie_error_class(int error) {
    switch (error) {
#define SELKIE_X(name, value, class_, text)                                                                            \
    case value:                                                                                                        \
        return SELKIE_CLASS_##class_;
        SELKIE_ERRORS(SELKIE_X)
#undef SELKIE_X
    default:
        return SELKIE_CLASS_NONE;
    }
}

const char *selkie_message_name(int message) {
    switch (message) {
#define SELKIE_X(name, value, text)                                                                                    \
    case value:                                                                                                        \
        return text;
        SELKIE_MESSAGES(SELKIE_X)
#undef SELKIE_X
    default:
        return "unknown message";
    }
}

const char *selkie_notification_name(enum selkie_notification_kind kind) {
    switch (kind) {
#define SELKIE_X(name, text)                                                                                           \
    case SELKIE_NOTIFY_##name:                                                                                         \
        return text;
        SELKIE_NOTIFICATIONS(SELKIE_X)
#undef SELKIE_X
    default:
        return "unknown notification";
    }
}

bool selkie_message_has_peer(int message) {
    return message >= 0 && message < SELKIE_MESSAGE_COUNT && message_has_peer((uint8_t)message);
}

bool selkie_message_has_number(int message) {
    return message >= 0 && message < SELKIE_MESSAGE_COUNT && message_has_number((uint8_t)message);
}

void selkie_init_(void *object, size_t struct_size) {
    memset(object, 0, struct_size);
    memcpy(object, &struct_size, sizeof struct_size);
}
