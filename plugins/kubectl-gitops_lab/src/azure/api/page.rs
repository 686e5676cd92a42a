//! Lists, a page at a time: a page names the next one with an address that is followed as it is.

use serde_json::{Value, json};

use super::answer::Answer;
use super::call::Call;
use super::refusal::Refusal;

const TOKEN: &str = "$skipToken";

impl Call<'_> {
    /// The page of `all` that is asked for. Only those documents are made that stand on it.
    pub(in crate::azure) fn page<T>(
        &self,
        all: &[T],
        document: impl Fn(&T) -> Value,
    ) -> Result<Answer, Refusal> {
        let begin = match self.parameter(TOKEN) {
            None => 0,
            Some(token) => {
                let begin = token.parse().ok().filter(|begin| *begin <= all.len());
                begin.ok_or_else(|| Refusal::bad("InvalidSkipToken", "The skip token is invalid."))?
            }
        };
        let end = begin.saturating_add(self.azure.page_size.max(1)).min(all.len());
        let value: Vec<Value> = all[begin..end].iter().map(document).collect();
        let next = (end < all.len()).then(|| {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("api-version", &self.version())
                .append_pair(TOKEN, &end.to_string())
                .finish();
            format!("{}{}?{query}", self.azure.url, self.request.path)
        });
        Ok(Answer::ok(json!({"value": value, "nextLink": next})))
    }
}
