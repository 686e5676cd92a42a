if ! [[ "$COMMIT_ID" =~ ^[0-9a-f]{40,64}$ ]]; then
  echo "Nothing was recorded: the run did not name a commit."
  exit 0
fi
run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
commit="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY"
github() {
  # The token comes on stdin, so that no list of processes shows it.
  printf 'header = "Authorization: Bearer %s"\n' "$GITHUB_TOKEN" |
    curl --config - --proto '=https' --tlsv1.2 --fail --silent --show-error --retry 5 \
      --connect-timeout 10 --max-time 60 --header 'Accept: application/vnd.github+json' "$@"
}
# The newest status of the environment. Another run's, or one that is not under way, is left alone.
left=$(github "$commit/commits/$COMMIT_ID/status?per_page=100" |
  jq --raw-output --arg context "$ENVIRONMENT" --arg run "$run" '.statuses[]
    | select((.context | ascii_downcase) == ($context | ascii_downcase))
    | select(.state == "pending" and .target_url == $run) | .context')
if [ -z "$left" ]; then
  echo "No status of this run is under way on $COMMIT_ID."
  exit 0
fi
case "$RESULT" in
  failure) state=failure description='Failed to deploy: the run ended before it said why' ;;
  *) state=error description='Interrupted before it was known whether it is deployed' ;;
esac
jq --null-input --arg state "$state" --arg description "$description" --arg context "$left" --arg run "$run" \
  '{state: $state, description: $description, context: $context, target_url: $run}' > "$RUNNER_TEMP/status.json"
github --request POST --data "@$RUNNER_TEMP/status.json" --output /dev/null "$commit/statuses/$COMMIT_ID"
echo "$left is $state on $COMMIT_ID."
