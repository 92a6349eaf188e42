/* Members whose sends and receives block for a while, as those of a program in which threads of their own wait for the
 * network: what they send and what is sent to them arrives when that is over. Their timers go on. */
#ifndef SELKIE_COMMAND_BLOCK_H
#define SELKIE_COMMAND_BLOCK_H

#include "command/play.h"

void block_begin(struct act *act);
void block_end(struct act *act);

#endif
