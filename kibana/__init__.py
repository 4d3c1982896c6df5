"""What staff see in Kibana: one list of panels, rendered as saved objects in two flavours; checked, translated, pushed.

Not a stage of the flow: it reads the fields that the stages define and writes nothing into ledger or index.
"""
