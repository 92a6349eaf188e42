/* What is in force in a simulated cluster that could disturb it, as lines for people. */
#ifndef SELKIE_SIM_FAULTS_H
#define SELKIE_SIM_FAULTS_H

#include "sim/state.h"

void faults_report(const selkie_sim *sim, FILE *out);

#endif
