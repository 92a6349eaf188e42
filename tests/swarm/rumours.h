/* Broadcasts of the swarm: what members say, and who has heard it. A broadcast is { subject, version u16, padding }; the
 * latest version of each subject counts. */
#ifndef SWARM_RUMOURS_H
#define SWARM_RUMOURS_H

#include "draw.h"
#include "selkie/selkie.h"

#define RUMOUR_SUBJECTS 8u

struct rumours;

struct rumours *rumours_new(uint32_t members, bool own_invalidates);
void rumours_free(struct rumours *rumours);

/* Give a member that is about to start its handler. It has heard nothing. */
void rumours_prepare(struct rumours *rumours, uint32_t member, struct selkie_broadcasts *handler);

/* Let a member say something new on a subject; 0: it was queued, or the error. */
int rumours_say(struct rumours *rumours, struct draw *draw, selkie *engine, unsigned subject, uint16_t *version);
uint16_t rumours_heard(const struct rumours *rumours, uint32_t member, unsigned subject);

#endif
