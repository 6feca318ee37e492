#!/bin/sh
# Every night, from cron or CI: retrain, put the new model on staging, and let it begin on prod as far as the policy in aiship.yaml lets
# automation go. Needs: aiship on the PATH, and a registry that outlives this job. People promote, roll back and lift holds; this can't.
# Exit 6: the model is stored, prod stays as it is, and a person decides.
set -u
export AISHIP_ACTOR="${AISHIP_ACTOR:-nightly-retrain}" AISHIP_ACTOR_KIND=automation

node prepare.mjs "$@" || exit $?
node train.mjs || exit $?
version=$(aiship bundle --quiet --message "retrained $(date -u +%F)") || exit $?
# Its own evaluation, in a checkout of it: what it prints is the evidence that the gates of prod look at.
aiship check "$version" --run --against staging || exit $?
aiship promote "$version" staging || exit $?
aiship rollout start "$version" prod --steps 5%,100% --hold "${HOLD:-6h}" --yes
