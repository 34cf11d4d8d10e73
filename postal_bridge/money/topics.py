"""What the money room tells the others. Bodies hold payment_id, dossier_id, quote_id."""

PAYMENT_PAID = "money.payment_paid"
PAYMENT_REFUNDED = "money.payment_refunded"
PAYMENT_MISMATCH = "money.payment_mismatch"  # a person must look
REFUND_ACCOUNT_GIVEN = "money.refund_account_given"
PAYMENT_EXPIRY_DUE = "money.payment_expiry_due"
NATIONAL_QUERY_DUE = "money.national_query_due"
QUOTE_LAPSE_DUE = "money.quote_lapse_due"
CORRECTION_PROPOSED = "money.correction_proposed"
FEE_MORE_DUE = "money.fee_more_due"  # body: change_id, dossier_id
FEE_BACK_DUE = "money.fee_back_due"  # body: change_id, dossier_id

TOPICS = (
    PAYMENT_PAID,
    PAYMENT_REFUNDED,
    PAYMENT_MISMATCH,
    REFUND_ACCOUNT_GIVEN,
    PAYMENT_EXPIRY_DUE,
    NATIONAL_QUERY_DUE,
    QUOTE_LAPSE_DUE,
    CORRECTION_PROPOSED,
    FEE_MORE_DUE,
    FEE_BACK_DUE,
)
