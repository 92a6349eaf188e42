/* An identity type and a codec of one's own with a fault that the test chooses, and what the checks make of it. */
#ifndef TESTS_SIM_FAULTY_H
#define TESTS_SIM_FAULTY_H

#include "selkie/sim.h"

enum faulty_type_fault {
    TYPE_WELL,
    TYPE_WINS_LITTLE_ENDIAN, /* the first byte of the generation is the least */
    TYPE_WINS_IN_PART,       /* only one byte is looked at */
    TYPE_WINS_ALWAYS,
    TYPE_WINS_OR_EQUAL,
    TYPE_WINS_IN_A_CIRCLE,
    TYPE_WINS_AT_RANDOM,
    TYPE_WINS_WRITES,
    TYPE_RENEW_CHANGES_ADDRESS,
    TYPE_RENEW_DOES_NOTHING,
    TYPE_RENEW_GOES_BACK,
    TYPE_RENEW_WRAPS,
    TYPE_RENEW_FAILS_AND_WRITES,
    TYPE_RENEW_WRITES_PAST_THE_END,
    TYPE_MAKE_WRITES_PAST_THE_END,
    TYPE_MAKE_LEAVES_PADDING,
    TYPE_MAKE_DIFFERS,
    TYPE_MAKE_ONE_ADDRESS,
    TYPE_KINDS /* how many there are, TYPE_WELL included */
};

enum faulty_codec_fault {
    CODEC_WELL,
    CODEC_HEADER_MAX_TOO_SMALL,
    CODEC_MEMBER_MIN_TOO_LARGE,
    CODEC_MEMBER_MAX_TOO_SMALL,
    CODEC_LOSES_INCARNATION,
    CODEC_LOSES_NUMBER,
    CODEC_LOSES_LEFT,
    CODEC_LOSES_ACCUSER,
    CODEC_LOSES_NACK_WANTED,
    CODEC_SWAPS_IDENTITIES,
    CODEC_CUTS_IDENTITY,   /* its last byte is not written */
    CODEC_LEAVES_IDENTITY, /* its last byte is not read */
    CODEC_REFUSES_A_MESSAGE,
    CODEC_REFUSES_A_STATE,
    CODEC_SHORT_WRITER, /* returns true though it did not fit */
    CODEC_OVERRUNS_WRITER,
    CODEC_SKIPS_BYTES,  /* moves the writer over a byte that it does not write */
    CODEC_SHORT_READER, /* makes zeros of what is missing */
    CODEC_OVERRUNS_READER,
    CODEC_READS_THE_REST, /* whatever follows counts as read */
    CODEC_LOOKS_AHEAD,    /* what follows changes what is read */
    CODEC_OVERRUNS_IDENTITY,
    CODEC_ANY_MESSAGE, /* no bound on the message */
    CODEC_ANY_STATE,
    CODEC_UNCLAIMED_LEFT,
    CODEC_UNCLAIMED_NACK,
    CODEC_READS_WHAT_IT_REFUSES, /* LEFT of somebody who is not Down */
    CODEC_READS_WHAT_IT_LOSES,   /* a flag that there is none of */
    CODEC_REMEMBERS,             /* an incarnation from call to call */
    CODEC_COUNTS_WRITES,
    CODEC_ODD_ERROR,
    CODEC_ODD_ACCUSER,
    CODEC_WRONG_IDENTITY_SIZE,
    CODEC_LARGER_THAN_PACKETS, /* its headers are */
    CODEC_MISJUDGES_SIZE,      /* of a member with an accuser */
    CODEC_SKIPS_ANYTHING,      /* whatever the member is */
    CODEC_SKIPS_TOO_LITTLE,    /* leaves the accuser */
    CODEC_PUTS_OTHERWISE,      /* without the flag */
    CODEC_PUTS_ALL_BITS,       /* for the state */
    CODEC_PUTS_IN_PART,        /* what does not fit leaves the writer where it was, but failed */
    CODEC_PUTS_ANYTHING,       /* whatever the state is */
    CODEC_PUTS_ONE,            /* however many there are */
    CODEC_TAKES_OTHERWISE,     /* without the flag */
    CODEC_TAKES_TOO_LITTLE,    /* leaves the accuser */
    CODEC_TAKES_ANYTHING,      /* whatever the member is */
    CODEC_TAKES_FOR_GRANTED,   /* that somebody cleared the accuser */
    CODEC_TAKES_IN_PART,       /* what it does not take leaves the reader where it was, but failed */
    CODEC_TAKES_ALL_INTO_ONE,  /* place */
    CODEC_KINDS
};

/* Try a type, or a codec, with this fault. True: it conforms. The complaint goes to text, which holds 300 bytes. */
bool faulty_type_conforms(enum faulty_type_fault fault, char text[300]);
bool faulty_codec_conforms(enum faulty_codec_fault fault, char text[300]);

#endif
