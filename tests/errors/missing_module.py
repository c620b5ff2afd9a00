# $ indoubt check missing_module.py Node=2
import a_module_that_nobody_has
from indoubt.specs.language import Sort, Spec, action
