/* What an event does to the network, as long as it lasts: cuts, sides, losses. Events may overlap, so whenever one begins
 * or ends, all that last are put into force anew. */
#ifndef SELKIE_COMMAND_CONDITIONS_H
#define SELKIE_COMMAND_CONDITIONS_H

#include "command/play.h"

/* This act has begun or ended. */
void conditions_changed(struct act *act);

/* Links were set or taken back by others: put the losses into force anew. */
void conditions_put_losses(struct play *play);

#endif
