"""Items and who answers for them: hand-overs, seals, pouches, recounts and cases."""
