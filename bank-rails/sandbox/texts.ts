/**
 * Descriptions of the lines that a payer is shown.
 * @module
 */

/** Language → key → text. */
export const texts = {
  en: {
    bank_name: "The bank to pay to (a sandbox: no real money moves)",
    account_number: "The account number to pay to",
    reference: "Write this reference in the transfer, so that the payment is found",
  },
  es: {
    bank_name: "El banco al que debe pagar (un entorno de prueba: no se mueve dinero real)",
    account_number: "El número de cuenta al que debe pagar",
    reference: "Escriba esta referencia en la transferencia para que encontremos el pago",
  },
  "pt-BR": {
    bank_name: "O banco para o qual pagar (ambiente de teste: nenhum dinheiro real é movimentado)",
    account_number: "O número da conta para a qual pagar",
    reference: "Escreva esta referência na transferência para que o pagamento seja encontrado",
  },
} as const;
