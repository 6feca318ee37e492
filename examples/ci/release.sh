#!/bin/sh
# A CI step: bundle what is checked out, promote it to staging, and turn aiship's exit codes into what a pipeline needs.
# Needs: aiship on the PATH, a registry that outlives this job (AISHIP_REGISTRY, or `registry:` in aiship.yaml), and staging under
# `pointers:` there. GitLab sets CI_COMMIT_MESSAGE and CI_COMMIT_SHA, GitHub only GITHUB_SHA: github-workflow.yml passes the message.
set -u

aiship bundle --message "${CI_COMMIT_MESSAGE:-ci build}" || exit $?
bundle=$(aiship resolve @last) || exit $?

aiship promote "$bundle" staging --reason "ci: ${CI_COMMIT_SHA:-${GITHUB_SHA:-local}}" --yes
code=$?
case $code in
  0) echo "staging serves $bundle" ;;
  5) echo "somebody else moved staging first: look at 'aiship log staging', then run this step again" >&2 ;;
  6) echo "refused: staging is held, or this bundle or a part of it is marked bad; a person decides" >&2 ;;
  7) echo "the registry is damaged: run 'aiship fsck' before anything else" >&2 ;;
  8) echo "the registry cannot be reached or written: try again later" >&2 ;;
  9) echo "nobody knows whether it moved: 'aiship log staging' tells" >&2 ;;
esac
# What later steps of a GitHub workflow and its page show; elsewhere these are not set, and nothing is written.
if [ "$code" = 0 ]; then
  version=$(aiship resolve "$bundle" --json | sed -n 's/.*"version":"\(v[0-9]*\)".*/\1/p' | head -n 1)
  [ -n "${GITHUB_OUTPUT:-}" ] && printf 'bundle=%s\nversion=%s\n' "$bundle" "$version" >>"$GITHUB_OUTPUT"
  [ -n "${GITHUB_STEP_SUMMARY:-}" ] && {
    printf '### staging serves %s\n\n```\n' "$version"
    aiship diff prod staging --no-color 2>/dev/null || echo "there is no prod yet"
    printf '```\n\nTo release it: `aiship promote %s prod`\n' "$version"
  } >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
