//! Random words for tokens.

use rustls::crypto::CryptoProvider;

use super::error::ServingError;

/// 256 random bits in hexadecimal.
pub(super) fn random(provider: &CryptoProvider) -> Result<String, ServingError> {
    let mut bytes = [0_u8; 32];
    provider.secure_random.fill(&mut bytes).map_err(|_| ServingError::Token)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
