#!/bin/sh
# A CI step: bundle what is checked out, promote it to staging, and turn aiship's exit codes into what a pipeline needs.
# Needs: aiship on the PATH, and a registry that outlives this job (AISHIP_REGISTRY, or `registry:` in aiship.yaml).
set -u

aiship bundle --message "${CI_COMMIT_MESSAGE:-ci build}" || exit $?
bundle=$(aiship resolve @last) || exit $?

aiship promote "$bundle" staging --reason "ci: ${CI_COMMIT_SHA:-local}" --yes
code=$?
case $code in
  0) echo "staging serves $bundle" ;;
  5) echo "somebody else moved staging first: look at 'aiship log staging', then run this step again" >&2 ;;
  6) echo "refused: staging is held, or this bundle or a part of it is marked bad; a person decides" >&2 ;;
  7) echo "the registry is damaged: run 'aiship fsck' before anything else" >&2 ;;
  8) echo "the registry cannot be reached or written: try again later" >&2 ;;
  9) echo "nobody knows whether it moved: 'aiship log staging' tells" >&2 ;;
esac
exit $code
