#!/bin/sh
# Every few minutes, from cron: make the next step of a rollout on prod, if one is due and its gates still let it through.
set -u
export AISHIP_ACTOR="${AISHIP_ACTOR:-nightly-retrain}" AISHIP_ACTOR_KIND=automation
aiship rollout advance prod --yes
