"""Oregon's live analyzer, RecordSponge, as a reading of the law: policy ``recordsponge`` and the output of its words.

It works on the words of a court record: a ruling is read as a status (:mod:`.rulings`), a charge classified as one of
some thirty types (:mod:`.classifier`, :mod:`.charge_types`), a record that may mean several things analysed all ways
(:mod:`.readings`), each by the rules in :mod:`.remedies`, and the results merged into a label (:mod:`.labels`). Where
that departs from the statute it is meant to: the policy ``statute`` says what the statute says.
"""
