/* Packets and members as text, both ways, so that tests can be read:
 *
 *     ping 1 from B1@0 to A1 (C1@0 alive, D2@3 down left) "hi"
 *     ping-req 7 for C1 from B1@0 to A1 ()
 *     ping-req 7 or nack for C1 from B1@0 to A1 (C1@0 suspect by B1)
 *     announce from B1@0 to A1
 *
 * An identity is two characters: the address and the generation. After @ is the incarnation. Parentheses hold the
 * updates, "by" stands before an accuser; none at all: there is no count. Quoted strings are broadcasts. */
#ifndef TESTS_ENGINE_TEXT_H
#define TESTS_ENGINE_TEXT_H

#include "selkie/codec.h"

enum { TEXT_ID_SIZE = 2, TEXT_ADDRESS_SIZE = 1, TEXT_PACKET_MAX = 4096, TEXT_MAX = 16384 };

/* Write the packet that `text` says. Without a "to" it is for `us`. Its size. */
size_t text_to_packet(const char *text, const char *us, unsigned char packet[TEXT_PACKET_MAX]);

void text_of_packet(const void *packet, size_t size, char text[TEXT_MAX]);

/* Read "B1@0 alive, C1@2 down left". How many there are. The identities point into `text`. */
size_t text_to_members(const char *text, struct selkie_member *members, size_t room);

/* Append one member. */
void text_add_member(char text[TEXT_MAX], const struct selkie_member *member);

/* Append, as printf does. */
void text_add(char text[TEXT_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
