/* Are random choices random? The model admits any choice that is allowed; here many choices are counted. */
#ifndef TESTS_MODEL_CHANCES_H
#define TESTS_MODEL_CHANCES_H

/* Returns 0, or says what is wrong and returns 1. The engines' seeds are fixed, so the outcome is the same each
 * time. */
int check_chances(void);

#endif
